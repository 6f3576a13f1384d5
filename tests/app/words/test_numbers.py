"""Numbers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.words.numbers import counted_percent, listed, percent


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


def test_what_was_counted_may_be_nothing_or_all() -> None:
    assert [counted_percent(share) for share in (0.0, 0.004, 0.5, 1.0)] == [
        "0\u00a0%",
        "0\u00a0%",
        "50\u00a0%",
        "100\u00a0%",
    ]


def test_lists() -> None:
    assert [listed(list(x)) for x in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
