"""The key moments of a class: when a picture of the video would show best what spoke for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.evidence.contrast import contrast_curves
from model.inference.completeness import adds_up
from model.inference.prediction import Prediction

MOST_MOMENTS = 3
LEAST_APART_S = 1.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of the video in seconds, and how far the class led the others there, in logits."""

    second: float
    lead: float


def key_moments(prediction: Prediction, row: int) -> tuple[Moment, ...]:
    """Up to three moments of one row of `prediction.top`, in order of time; perhaps none.

    Peaks of `contrast_curves` above 0 and more than one standard deviation above their mean, the
    strongest first chosen, each a second (in a short video a sixth of it) from the others.
    `second` is the display time of a frame that was looked at.
    """
    evidence = prediction.evidence
    if not adds_up(evidence):
        return ()
    curve = contrast_curves(evidence)[row].astype(np.float64)
    mean = float(evidence.weights @ curve)
    least = max(mean + float(np.sqrt(evidence.weights @ (curve - mean) ** 2)), 0.0)
    apart_s = min(LEAST_APART_S, prediction.video.duration_s / 6)
    chosen: list[int] = []
    for step in np.argsort(-curve, kind="stable"):
        times = evidence.seconds[[*chosen, step]]
        far = np.all(np.abs(times[:-1] - times[-1]) >= apart_s)
        if curve[step] > least and far and len(chosen) < MOST_MOMENTS:
            chosen.append(int(step))
    return tuple(Moment(float(evidence.seconds[i]), float(curve[i])) for i in sorted(chosen))
