"""The answer in three steps of plain words, each with what it was measured to be worth."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.inference.certainty import step_of
from model.inference.headline import capitalised, headline, percent, remark
from model.inference.prediction import Prediction
from model.weights.spec import Calibration
from tests.model.inference.steps import MEASURED, said

BEFORE = Calibration(1.0, least_probability=0.86, least_energy=10.0, sure_right=0.94)
UNMEASURED = MEASURED.of_other_weights()


@pytest.mark.parametrize(
    ("answer", "line", "worth"),
    [
        (
            said(0.98, 0.01),
            "Class 0 (98\u00a0%)",
            "When it is this sure, it was right 94 times in 100.",
        ),
        (
            said(0.7, 0.1),
            "Probably class 0 (70\u00a0%)",
            "When it says probably, it was right 79 times in 100. Please check.",
        ),
        (
            said(0.33, 0.1),
            "Best guess: class 0 (33\u00a0%)",
            "A best guess was right 41 times in 100. Please check.",
        ),
        (
            said(0.33, 0.1, calibration=BEFORE),
            "Best guess: class 0 (33\u00a0%)",
            "Below 86\u00a0% it is often wrong. Please check.",
        ),
        (
            said(0.97, 0.01, calibration=None),
            "Best guess: class 0 (97\u00a0%)",
            "How often such answers are right has not been measured.",
        ),
        (
            replace(said(0.97, 0.01, calibration=UNMEASURED), taught_from=20),
            "Best guess: class 0 (97\u00a0%)",
            "Taught from 20 videos; how often its answers are right has not been measured.",
        ),
        (
            replace(said(0.97, 0.01, calibration=None), taught_from=1),
            "Best guess: class 0 (97\u00a0%)",
            "Taught from 1 video; how often its answers are right has not been measured.",
        ),
        (said(), "There is no answer for this video.", ""),
    ],
)
def test_headline_and_remark(answer: Prediction, line: str, worth: str) -> None:
    assert headline(answer) == line
    assert remark(answer) == worth


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        (MEASURED, "sure"),
        (replace(MEASURED, least_energy=13.0), "likely"),  # saw little of what it knows
        (replace(MEASURED, least_energy=13.0, likely_energy=13.0), "guess"),
        (replace(MEASURED, least_energy=13.0, likely_probability=None), "guess"),
        (UNMEASURED, "guess"),
        (None, "guess"),
    ],
)
def test_energy_and_measurement_decide_beside_the_probability(
    changed: Calibration | None, step: str
) -> None:
    assert step_of(said(0.9, 0.05, calibration=changed)) == step


def test_two_classes_alike_are_only_a_guess() -> None:
    low = replace(MEASURED, least_probability=0.4, likely_probability=0.4)
    assert step_of(said(0.52, 0.48, calibration=low)) == "guess"
    assert step_of(said(0.52, 0.40, calibration=low)) == "sure"


@given(st.floats(0, 1), st.floats(0, 1))
def test_nobody_who_was_not_measured_is_sure(first: float, second: float) -> None:
    for calibration in (None, UNMEASURED, replace(UNMEASURED, least_probability=0.0)):
        answer = said(max(first, second), min(first, second), calibration=calibration)
        assert step_of(answer) == "guess"
        assert "has not been measured" in remark(answer)


def test_a_label_begins_a_line_with_a_capital_unless_it_has_its_own() -> None:
    assert capitalised("bench pressing") == "Bench pressing"
    assert capitalised("iPhone unboxing") == "iPhone unboxing"
    assert capitalised("") == ""


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "under 1\u00a0%"),
        (0.0099, "under 1\u00a0%"),
        (0.01, "1\u00a0%"),
        (0.835, "84\u00a0%"),
        (0.99, "99\u00a0%"),
        (0.9951, "over 99\u00a0%"),
        (1.0, "over 99\u00a0%"),
    ],
)
def test_percent(probability: float, words: str) -> None:
    assert percent(probability) == words


@given(st.floats(0, 1))
def test_nothing_is_said_to_be_certain_or_impossible(probability: float) -> None:
    assert percent(probability) not in ("0\u00a0%", "100\u00a0%")
