"""What an answer's probabilities are worth, and whether it is sure enough to be taken as one."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.inference.prediction import Prediction
from model.weights.spec import Calibration

LEAST_LEAD = 0.05
"""Two classes alike are no answer."""

Step = Literal["sure", "likely", "guess"]
"""How an answer is given. Each step's worth was measured; a model that nobody measured guesses."""

SMALLEST = np.finfo(np.float64).tiny

Reason = Literal["weak", "close", "unfamiliar", "unmeasured"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an answer is not sure, and what was measured.

    `weak`: no class is probable enough. `close`: two classes are alike. `unfamiliar`: nothing in
    the video speaks much for any class. `unmeasured`: nobody knows what such answers are worth.
    """

    reason: Reason
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


def step_of(prediction: Prediction) -> Step:
    """How the answer is to be given. `Prediction.top` has at least one class."""
    if doubt(prediction) is None:
        return "sure"
    known = prediction.calibration
    if known is None or known.likely_right is None or _close(prediction) is not None:
        return "guess"
    probable = _reached(prediction.top[0].probability, known.likely_probability)
    lively = _reached(energy(prediction.logits), known.likely_energy)
    return "likely" if probable and lively else "guess"


def is_sure(prediction: Prediction) -> bool:
    """Whether the answer is sure enough to be taken as one; the model's own measure decides."""
    return bool(prediction.top) and step_of(prediction) == "sure"


def measured_right(prediction: Prediction) -> float | None:
    """Of answers given like this one so many (0..1) were right; None if that was not measured."""
    known = prediction.calibration
    if known is None:
        return None
    shares = {"sure": known.sure_right, "likely": known.likely_right, "guess": known.guess_right}
    return shares[step_of(prediction)]


def doubt(prediction: Prediction) -> Doubt | None:
    """Why the answer is not sure; None if it is. `Prediction.top` has at least one class."""
    known = prediction.calibration
    if known is None or known.sure_right is None:
        return Doubt("unmeasured", 0.0, 0.0)
    return _weak(prediction, known) or _close(prediction) or _unfamiliar(prediction, known)


def _weak(prediction: Prediction, known: Calibration) -> Doubt | None:
    first, least = prediction.top[0], known.least_probability
    if first.probability >= least:
        return None
    return Doubt("weak", first.probability, least)


def lead_of(prediction: Prediction) -> float:
    """By how much the first class is more probable than the second; infinite without a second."""
    top = prediction.top
    return top[0].probability - top[1].probability if len(top) > 1 else inf


def _close(prediction: Prediction) -> Doubt | None:
    lead = lead_of(prediction)
    return None if lead >= LEAST_LEAD else Doubt("close", lead, LEAST_LEAD)


def _unfamiliar(prediction: Prediction, known: Calibration) -> Doubt | None:
    found, least = energy(prediction.logits), known.least_energy
    return None if found >= least else Doubt("unfamiliar", found, least)


def _reached(value: float, least: float | None) -> bool:
    return least is not None and value >= least
