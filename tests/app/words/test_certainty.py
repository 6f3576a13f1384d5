"""The answer in three steps of plain words, each with what it was measured to be worth."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.words.certainty import (
    capitalised,
    headline,
    question,
    remark,
    step_words,
    why_not_sure,
)
from model.inference.certainty import doubt, is_sure, step_of
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


def test_only_a_sure_answer_is_suggested() -> None:
    sure, likely = said(0.9, 0.05), said(0.7, 0.05)
    assert question(sure) == "Is that right?"
    assert is_sure(sure)
    for unsure in (likely, said(0.2, 0.1), said(), said(0.9, 0.05, calibration=None)):
        assert question(unsure) == "What does the video show?"
        assert not is_sure(unsure)


def test_words_are_of_the_answer_and_no_other_class() -> None:
    for first, words in ((0.9, "sure"), (0.7, "probably"), (0.3, "best guess")):
        answer = said(first, 0.05)
        assert [step_words(answer, 0), step_words(answer, 1)] == [words, ""]
    taught = said(0.97, 0.01, calibration=MEASURED.of_other_weights())
    assert step_words(replace(taught, taught_from=20), 0) == "best guess"
    assert step_words(said(), 0) == ""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            said(0.33, 0.1, calibration=BEFORE),
            "The model is undecided: it gives 33\u00a0% to its best guess, class 0. "
            "Answers below 86\u00a0% are often wrong.",
        ),
        (
            said(0.52, 0.48, calibration=replace(MEASURED, least_probability=0.4)),
            "The model is undecided between class 0 (52\u00a0%) and class 1 (48\u00a0%).",
        ),
        (
            said(0.9, 0.05, calibration=replace(MEASURED, least_energy=13.0)),
            "The model saw little of what it learned from: class 0 fits best, but nothing in the "
            "video speaks strongly for anything.",
        ),
        (
            said(0.9, calibration=None),
            "How often such answers are right has not been measured.",
        ),
    ],
)
def test_why_it_is_not_sure(answer: Prediction, words: str) -> None:
    reason = doubt(answer)
    assert reason is not None
    assert why_not_sure(answer, reason) == words
