"""Moments of a video and days of the calendar, as people read them."""

from __future__ import annotations

import math
from datetime import datetime

from app.words.numbers import NO_BREAK
from model.inference.prediction import Span


def clock(seconds: float) -> str:
    """A moment to a tenth of a second, as `3.2` or `1:03.2`."""
    tenths = math.floor(max(seconds, 0.0) * 10 + 0.5)
    minutes, rest = divmod(tenths, 600)
    return f"{minutes}:{rest / 10:04.1f}" if minutes else f"{rest / 10:.1f}"


def when(span: Span) -> str:
    """`between 3.2 and 4.8 s`, or `around 3.2 s` for one too short to have two ends."""
    start, end = clock(span.start_s), clock(span.end_s)
    if start == end:
        return f"around {start}{NO_BREAK}s"
    return f"between {start} and {end}{NO_BREAK}s"


def day(moment: datetime) -> str:
    """`2026-01-31`, in the zone of `moment`."""
    return f"{moment:%Y-%m-%d}"


def day_and_time(moment: datetime) -> str:
    """`2026-01-31 12:05 UTC` of a moment in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
