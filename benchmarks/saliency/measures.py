"""The measures of the design note, section 9. Pure numpy; a curve has one value a frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TOLERANCE_S = 0.25

Curve = NDArray[np.floating]
Truth = NDArray[np.bool_]


def pointing(curve: Curve, truth: Truth, tolerance: float) -> float:
    """M1: whether the curve's peak lies within `tolerance` frames of the truth; ties averaged."""
    inside = np.flatnonzero(truth)
    peaks = np.flatnonzero(curve >= curve.max() - 1e-9)
    hits = (peaks >= inside[0] - tolerance) & (peaks <= inside[-1] + tolerance)
    return float(hits.mean())


def chance(truth: Truth, tolerance: float) -> float:
    """M1 of a peak that could be anywhere."""
    frames = np.arange(len(truth))
    inside = np.flatnonzero(truth)
    hits = (frames >= inside[0] - tolerance) & (frames <= inside[-1] + tolerance)
    return float(hits.mean())


def energy_lift(curve: Curve, truth: Truth) -> float:
    """M2: the share of what rises above the median that lies in the truth, by the truth's share."""
    above = np.maximum(curve - np.median(curve), 0)
    if above.sum() <= 0:
        return 1.0
    return float(above[truth].sum() / above.sum() / truth.mean())


def auroc(curve: Curve, truth: Truth) -> float:
    """M3 and M4: how often a frame in the truth is above one outside; ties count half."""
    inside, outside = curve[truth][:, None], curve[~truth][None]
    return float((inside > outside).mean() + 0.5 * (inside == outside).mean())


def both_right(curve: Curve, truth: Truth) -> float:
    """M4: the highest frame is A's and the lowest B's."""
    if np.ptp(curve) == 0:
        return float(truth.mean() * (1 - truth.mean()))
    return float(truth[curve.argmax()] and not truth[curve.argmin()])


def area(values: NDArray[np.floating]) -> float:
    """Trapezoid area under evenly spaced values over 0..1."""
    return float(np.trapezoid(values, dx=1 / (len(values) - 1)))


def interval(values: NDArray[np.floating], seed: int = 0) -> tuple[float, float, float]:
    """(mean, low, high): bootstrap over the samples, 95 %."""
    random = np.random.default_rng(seed)
    draws = values[random.integers(len(values), size=(2000, len(values)))].mean(axis=1)
    low, high = np.percentile(draws, (2.5, 97.5))
    return float(values.mean()), float(low), float(high)
