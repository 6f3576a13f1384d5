"""What the panel asks, and numbers as people hear them."""

from __future__ import annotations

from dataclasses import replace

from app.components.wording import is_sure, listed, question, seconds, stretch, words_of
from model.inference.prediction import Span
from tests.model.inference.steps import MEASURED, said


def test_only_a_sure_answer_is_suggested() -> None:
    sure, likely = said(0.9, 0.05), said(0.7, 0.05)
    assert question(sure) == "The model says class 0 (90\u00a0%). Is that right?"
    assert is_sure(sure)
    for unsure in (likely, said(0.2, 0.1), said(), said(0.9, 0.05, calibration=None)):
        assert question(unsure) == "What does the video show?"
        assert not is_sure(unsure)


def test_words_are_of_the_answer_and_no_other_class() -> None:
    for first, words in ((0.9, "sure"), (0.7, "probably"), (0.3, "best guess")):
        answer = said(first, 0.05)
        assert [words_of(answer, 0), words_of(answer, 1)] == [words, ""]
    taught = said(0.97, 0.01, calibration=MEASURED.of_other_weights())
    assert words_of(replace(taught, taught_from=20), 0) == "best guess"
    assert words_of(said(), 0) == ""


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
