"""What an answer's probabilities are worth, and whether it is sure enough to be taken as one."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.inference.prediction import Prediction
from model.weights.spec import Calibration

LEAST_PROBABILITY = 0.20
LEAST_LEAD = 0.05
"""For models that nobody calibrated. The lead goes for all: two classes alike are no answer."""

SMALLEST = np.finfo(np.float64).tiny

Reason = Literal["weak", "close", "unfamiliar"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an answer is not sure: in one plain sentence, and what was measured.

    `weak`: no class is probable enough. `close`: two classes are alike. `unfamiliar`: nothing in
    the video speaks much for any class.
    """

    reason: Reason
    text: str
    measured: float
    threshold: float


def calibrated(
    probabilities: NDArray[np.floating], calibration: Calibration | None
) -> NDArray[np.float32]:
    """Probabilities [..., classes] as they are to be shown; unchanged without a calibration.

    The order of the classes stays.
    """
    if calibration is None or calibration.temperature == 1.0:
        return probabilities.astype(np.float32)
    logarithms = np.log(np.maximum(probabilities.astype(np.float64), SMALLEST))
    scaled = (logarithms - logarithms.max(axis=-1, keepdims=True)) / calibration.temperature
    shares = np.exp(scaled)
    found: NDArray[np.float32] = (shares / shares.sum(axis=-1, keepdims=True)).astype(np.float32)
    return found


def energy(logits: NDArray[np.floating]) -> float:
    """The logarithm of the sum of the exponentials of logits [classes] (Liu et al. 2020, eq. 4,
    without the sign): high where the video holds much that the model learned to see."""
    exact = logits.astype(np.float64)
    highest = exact.max()
    return float(highest + np.log(np.exp(exact - highest).sum()))


def doubt(prediction: Prediction) -> Doubt | None:
    """Why the answer is not sure; None if it is. `Prediction.top` has at least one class.

    An undecided model's evidence shows where it looked, but the differences between classes mean
    little.
    """
    known = prediction.calibration
    first = prediction.top[0]
    least = LEAST_PROBABILITY if known is None else known.least_probability
    if first.probability < least:
        text = f"it gives {_percent(first.probability)} to its best guess, {first.label}"
        if known is not None:
            text += f", and is right often enough only from {_percent(least)} on"
        return Doubt("weak", f"The model is undecided: {text}.", first.probability, least)
    second = prediction.top[1] if len(prediction.top) > 1 else None
    lead = inf if second is None else first.probability - second.probability
    if second is not None and lead < LEAST_LEAD:
        text = (
            f"The model is undecided between {first.label} ({_percent(first.probability)}) and "
            f"{second.label} ({_percent(second.probability)})."
        )
        return Doubt("close", text, lead, LEAST_LEAD)
    if known is not None and (found := energy(prediction.logits)) < known.least_energy:
        text = (
            f"The model saw little of what it learned from: {first.label} fits best, but nothing "
            "in the video speaks strongly for anything."
        )
        return Doubt("unfamiliar", text, found, known.least_energy)
    return None


def _percent(probability: float) -> str:
    return f"{probability * 100:.0f} %"
