"""Moments as people write them: "labels as of" this day, or this hour."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from app.workflow.errors import BadDecision

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
HOW = "Write a day (2026-01-31) or a moment (2026-01-31T12:00, or with a zone 2026-01-31T12:00Z)."


def parse_moment(text: str) -> datetime | None:
    """The moment, with a time zone; None for an empty text, which means now.

    Without a zone it is a time of this machine; a day alone means its end. Raises `BadDecision`.
    """
    text = text.strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if DAY.fullmatch(text):
            moment += timedelta(days=1) - timedelta.resolution
        return moment.astimezone() if moment.tzinfo is None else moment
    except (ValueError, OverflowError, OSError) as error:
        raise BadDecision(f"“{text[:40]}” is no moment. {HOW}") from error
