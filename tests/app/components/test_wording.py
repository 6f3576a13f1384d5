"""Numbers as people hear them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.components.wording import certainty, headline, is_sure, listed, percent, seconds, stretch
from model.inference.prediction import Score, Span


def scores(*probabilities: float) -> tuple[Score, ...]:
    return tuple(Score(i, f"class {i}", p, 0.0) for i, p in enumerate(probabilities))


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
    assert is_sure(scores(*probabilities)) is sure


def test_the_headline_names_the_answer_or_the_doubt() -> None:
    assert headline(scores(0.9, 0.05)) == "class 0: very sure (90\u00a0%)"
    assert headline(scores(0.15, 0.14)) == (
        "Not sure. The best guesses are class 0 (15\u00a0%) and class 1 (14\u00a0%)."
    )
    assert headline(()) == "There is no answer for this video."


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
