"""Whether an answer is sure enough to be taken as one, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from model.inference.prediction import Score

LEAST_PROBABILITY = 0.20
LEAST_LEAD = 0.05
"""Starting values, not yet calibrated on real clips."""


def undecided(top: Sequence[Score]) -> str | None:
    """One sentence if the model is undecided, else None; `top` is most probable first.

    An undecided model's evidence shows where it looked, but the differences between classes mean
    little.
    """
    first, second = top[0], top[1] if len(top) > 1 else None
    if first.probability < LEAST_PROBABILITY:
        return (
            f"The model is undecided: it gives {_percent(first.probability)} to its best guess, "
            f"{first.label}."
        )
    if second is not None and first.probability - second.probability < LEAST_LEAD:
        return (
            f"The model is undecided between {first.label} ({_percent(first.probability)}) and "
            f"{second.label} ({_percent(second.probability)})."
        )
    return None


def _percent(probability: float) -> str:
    return f"{probability * 100:.0f} %"
