"""How numbers are said to people: percentages, certainty, moments. Plain words, no mark-up."""

from __future__ import annotations

from collections.abc import Sequence

from model.inference.certainty import undecided
from model.inference.prediction import Score, Span

NO_BREAK = "\u00a0"  # keeps a number and its unit on one line
# What a probability is called, from the top. Starting values, not calibrated against a test set.
CERTAINTY = (
    (0.85, "very sure"),
    (0.60, "likely"),
    (0.35, "perhaps"),
    (0.10, "a guess"),
    (0.00, "unlikely"),
)


def percent(probability: float) -> str:
    """`83 %`; the ends are `under 1 %` and `over 99 %`, because neither 0 nor 1 was ever meant."""
    if probability < 0.01:
        return f"under 1{NO_BREAK}%"
    if probability > 0.99:
        return f"over 99{NO_BREAK}%"
    return f"{probability * 100:.0f}{NO_BREAK}%"


def certainty(probability: float) -> str:
    """The words for a probability in 0..1."""
    return next(words for limit, words in CERTAINTY if probability >= limit)


def is_sure(scores: Sequence[Score]) -> bool:
    """False if the first class is weak or the second is close behind; `scores` best first."""
    return bool(scores) and undecided(scores) is None


def headline(scores: Sequence[Score]) -> str:
    """The answer in one sentence; `scores` best first."""
    if not scores:
        return "There is no answer for this video."
    first = scores[0]
    if is_sure(scores):
        return f"{first.label}: {certainty(first.probability)} ({percent(first.probability)})"
    guesses = [f"{score.label} ({percent(score.probability)})" for score in scores[:2]]
    return f"Not sure. The best guesses are {' and '.join(guesses)}."


def seconds(value: float) -> str:
    """A moment to a tenth of a second, as `3.2` or `1:03.2`."""
    tenths = round(max(value, 0.0) * 10)
    minutes, rest = divmod(tenths, 600)
    return f"{minutes}:{rest / 10:04.1f}" if minutes else f"{rest / 10:.1f}"


def stretch(span: Span) -> str:
    """`between 3.2 and 4.8 s`, or `around 3.2 s` for one too short to have two ends."""
    start, end = seconds(span.start_s), seconds(span.end_s)
    if start == end:
        return f"around {start}{NO_BREAK}s"
    return f"between {start} and {end}{NO_BREAK}s"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
