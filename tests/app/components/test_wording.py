"""Numbers as people hear them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.components.wording import (
    certainty,
    certainty_of,
    checked,
    headline,
    hesitation,
    is_sure,
    listed,
    percent,
    seconds,
    stretch,
)
from model.inference.prediction import Prediction, Score, Span
from model.weights.spec import Calibration
from tests.model.inference.answers import answer_of

CHECKED = Calibration(temperature=1.0, least_probability=0.4, least_energy=10.0, sure_right=0.94)


def said(*probabilities: float, calibration: Calibration | None = None) -> Prediction:
    """An answer with these probabilities and an energy of 12."""
    top = tuple(Score(i, f"class {i}", p, 0.0) for i, p in enumerate(probabilities))
    strong = np.array([12.0, -30.0, -30.0], dtype=np.float32)
    answer = answer_of(np.zeros((2, 8)))
    return replace(answer, top=top, logits=strong, calibration=calibration)


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
    assert certainty(probability)


def test_certainty_falls_with_the_probability() -> None:
    said = [certainty(p) for p in (0.9, 0.7, 0.4, 0.2, 0.05)]
    assert said == ["very sure", "likely", "perhaps", "a guess", "unlikely"]


@pytest.mark.parametrize(
    ("probabilities", "sure"),
    [
        ((0.9, 0.05), True),
        ((0.19, 0.01), False),  # weak
        ((0.45, 0.41), False),  # close
        ((0.45, 0.39), True),
        ((0.5,), True),
        ((), False),
    ],
)
def test_sure(probabilities: tuple[float, ...], sure: bool) -> None:
    assert is_sure(said(*probabilities)) is sure


def test_the_headline_names_the_answer_or_the_doubt() -> None:
    assert headline(said(0.9, 0.05)) == "class 0: very sure (90\u00a0%)"
    assert headline(said(0.15, 0.14)) == (
        "Not sure: maybe class 0 (15\u00a0%), or class 1 (14\u00a0%)."
    )
    assert headline(said(0.15)) == "Not sure: maybe class 0 (15\u00a0%)."
    assert headline(said()) == "There is no answer for this video."


def test_doubt_is_explained_and_a_sure_answer_says_what_that_was_worth() -> None:
    sure = said(0.5, 0.2, calibration=CHECKED)
    unsure = said(0.5, 0.2, calibration=replace(CHECKED, least_energy=13.0))
    assert hesitation(sure) is None
    assert checked(sure) == (
        "Of 100 answers called sure, 94 were right in our check, a small one, on other videos."
    )
    assert "something else" in (hesitation(said(0.15, 0.14)) or "")
    assert "resembles nothing" in (hesitation(unsure) or "")
    taught = said(0.5, 0.2, calibration=replace(CHECKED, sure_right=None))
    assert checked(taught) == ""  # its parent was checked, it was not
    assert checked(unsure) == checked(said(0.9, 0.05)) == ""  # unsure, or never checked


def test_words_keep_to_whether_the_answer_is_sure() -> None:
    sure = said(0.5, 0.2, calibration=CHECKED)
    assert [certainty_of(sure, 0, 0.5), certainty_of(sure, 1, 0.2)] == ["likely", "a guess"]
    unfamiliar = said(0.9, 0.1, calibration=replace(CHECKED, least_energy=13.0))
    assert certainty_of(unfamiliar, 0, 0.9) == "perhaps"
    assert certainty_of(said(0.5, 0.2), 0, 0.5) == "perhaps"  # as before there were calibrations


def test_moments() -> None:
    assert [seconds(t) for t in (0, 3.25, 59.99, 63.24, -1)] == [
        "0.0",
        "3.2",
        "1:00.0",
        "1:03.2",
        "0.0",
    ]
    assert stretch(Span(3.2, 4.8)) == "between 3.2 and 4.8\u00a0s"
    assert stretch(Span(3.2, 3.21)) == "around 3.2\u00a0s"


def test_lists() -> None:
    assert [listed(list(x)) for x in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
