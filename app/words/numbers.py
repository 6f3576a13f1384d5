"""Numbers as people read them; `static/kit/numbers.js` says the same of what moves on a page."""

from __future__ import annotations

import math
from collections.abc import Sequence

NO_BREAK = "\u00a0"  # keeps a number and its unit on one line


def percent(probability: float) -> str:
    """`83 %`; the ends are `under 1 %` and `over 99 %`, because neither 0 nor 1 was ever meant."""
    if probability < 0.01:
        return f"under 1{NO_BREAK}%"
    if probability > 0.99:
        return f"over 99{NO_BREAK}%"
    return counted_percent(probability)


def counted_percent(share: float) -> str:
    """`83 %` of something that was counted, so that `0 %` and `100 %` are meant."""
    return f"{hundredths(share)}{NO_BREAK}%"


def hundredths(share: float) -> str:
    """`83`, for a range whose unit stands behind its end."""
    return str(math.floor(share * 100 + 0.5))


def right_among(top1: float, interval: Sequence[float]) -> str:
    """How many answers were right, and how many are among all videos like these; shares 0..1."""
    low, high = map(counted_percent, interval)
    return f"{counted_percent(top1)} right (among all videos like these between {low} and {high})"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
