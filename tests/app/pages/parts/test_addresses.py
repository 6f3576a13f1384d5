from __future__ import annotations

import pytest

from app.pages.parts.addresses import number_of, seconds_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("-1", None),
        ("3 ", None),
        ("3.0", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_only_what_the_database_can_count_to_is_a_number(
    text: str | None, number: int | None
) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2.5", 2.5),
        ("-1", 0.0),
        ("soon", None),
        ("", None),
        (None, None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_a_moment_is_not_before_the_video_and_is_a_number(
    text: str | None, seconds: float | None
) -> None:
    assert seconds_of(text) == seconds
