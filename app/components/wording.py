"""How numbers are said to people: percentages, certainty, moments. Plain words, no mark-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from model.inference.certainty import Reason, doubt
from model.inference.prediction import Prediction, Span

NO_BREAK = "\u00a0"  # keeps a number and its unit on one line
# What a probability is called, from the top.
CERTAINTY = (
    (0.85, "very sure"),
    (0.60, "likely"),
    (0.35, "perhaps"),
    (0.10, "a guess"),
    (0.00, "unlikely"),
)
MOST_IF_UNSURE, LEAST_IF_SURE = 0.35, 0.60

WHY: Mapping[Reason, str] = {
    "weak": "It may well be something else.",
    "close": "What tells the two apart means little here.",
    "unfamiliar": "Perhaps the video resembles nothing that it knows.",
}


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


def certainty_of(prediction: Prediction, index: int, probability: float) -> str:
    """The words for one class of an answer, in keeping with whether the answer is sure.

    Of an answer that is not sure no class gets strong words. One that is called sure by a model
    that was checked is at least likely, for most such answers were right.
    """
    if not is_sure(prediction):
        return certainty(min(probability, MOST_IF_UNSURE))
    if prediction.calibration is not None and index == prediction.top[0].index:
        return certainty(max(probability, LEAST_IF_SURE))
    return certainty(probability)


def is_sure(prediction: Prediction) -> bool:
    """Whether the answer is sure enough to be taken as one; the model's own measure decides."""
    return bool(prediction.top) and doubt(prediction) is None


def headline(prediction: Prediction) -> str:
    """The answer in one sentence."""
    if not prediction.top:
        return "There is no answer for this video."
    first, *others = prediction.top
    if is_sure(prediction):
        words = certainty_of(prediction, first.index, first.probability)
        return f"{first.label}: {words} ({percent(first.probability)})"
    guesses = [f"{score.label} ({percent(score.probability)})" for score in (first, *others[:1])]
    return f"Not sure: maybe {', or '.join(guesses)}."


def question(prediction: Prediction) -> str:
    """What a person is asked. No answer is suggested unless the model is sure of it."""
    if not is_sure(prediction):
        return "What does the video show?"
    first = prediction.top[0]
    return f"The model says {first.label} ({percent(first.probability)}). Is that right?"


def hesitation(prediction: Prediction) -> str | None:
    """Why the answer is not sure and what to do, for the page; None if it is sure."""
    found = doubt(prediction) if prediction.top else None
    if found is None:
        return None
    return (
        f"The model is not sure about this video. {found.text} {WHY[found.reason]} "
        "Please look for yourself."
    )


def checked(prediction: Prediction) -> str:
    """What an answer called sure was worth when that was measured; empty if nobody did."""
    known = prediction.calibration
    if known is None or known.sure_right is None or not is_sure(prediction):
        return ""
    return (
        f"Of 100 answers called sure, {known.sure_right * 100:.0f} were right in our check, a "
        "small one, on other videos."
    )


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
