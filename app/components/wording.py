"""How numbers are said to people: certainty and moments. Plain words, no mark-up."""

from __future__ import annotations

from collections.abc import Sequence

from model.inference.certainty import step_of
from model.inference.headline import NO_BREAK, WORDS, percent
from model.inference.prediction import Prediction, Span


def words_of(prediction: Prediction, index: int) -> str:
    """How sure the model is of a class: of its answer in a word or two, of others nothing."""
    if not prediction.top or prediction.top[0].index != index:
        return ""
    return WORDS[step_of(prediction)]


def is_sure(prediction: Prediction) -> bool:
    """Whether the answer is sure enough to be taken as one; the model's own measure decides."""
    return bool(prediction.top) and step_of(prediction) == "sure"


def question(prediction: Prediction) -> str:
    """What a person is asked. No answer is suggested unless the model is sure of it."""
    if not is_sure(prediction):
        return "What does the video show?"
    first = prediction.top[0]
    return f"The model says {first.label} ({percent(first.probability)}). Is that right?"


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
