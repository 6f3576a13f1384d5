"""Moments and days as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

from app.words.moments import clock, day, day_and_time, when
from model.inference.prediction import Span


def test_moments() -> None:
    assert [clock(t) for t in (0, 3.25, 59.99, 63.24, -1)] == [
        "0.0",
        "3.3",
        "1:00.0",
        "1:03.2",
        "0.0",
    ]
    assert when(Span(3.2, 4.8)) == "between 3.2 and 4.8\u00a0s"
    assert when(Span(3.2, 3.21)) == "around 3.2\u00a0s"


def test_days() -> None:
    moment = datetime(2026, 1, 31, 12, 5, 59, tzinfo=UTC)
    assert day(moment) == "2026-01-31"
    assert day_and_time(moment) == "2026-01-31 12:05 UTC"
