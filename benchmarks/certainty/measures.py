"""Temperature and calibration error. Every source counts alike, however many videos it gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.certainty.answers import Answers
from model.inference.certainty import calibrated
from model.weights.spec import Calibration

Floats = NDArray[np.float64]

TEMPERATURES: Floats = np.round(np.geomspace(0.25, 4.0, 161), 3)
BINS = 10
SMALLEST = 1e-9


def weights_of(groups: Sequence[str]) -> Floats:
    """What each video weighs, so that each group weighs 1."""
    many = Counter(groups)
    return np.array([1 / many[group] for group in groups])


def at_temperature(probabilities: Floats, temperature: float) -> Floats:
    """Probabilities as the program calibrates them."""
    return calibrated(probabilities, Calibration(temperature, 0, 0, 0)).astype(np.float64)


def losses(answers: Answers) -> Floats:
    """[temperatures, videos]: minus the logarithm of what the first probability gave to the truth,
    that the first class is right or that it is not.

    So videos count whose class is none of the model's, and strangers' videos often are such.
    """
    first = np.stack([at_temperature(answers.probabilities, t).max(axis=1) for t in TEMPERATURES])
    return -np.log(np.maximum(np.where(answers.right, first, 1 - first), SMALLEST))


def fit(loss: Floats, weights: Floats) -> float:
    """The temperature of least weighted loss; `loss` as from `losses`."""
    return float(TEMPERATURES[(loss @ weights).argmin()])


def held_out_temperatures(loss: Floats, groups: Sequence[str], folds: int = 5) -> Floats:
    """For every video the temperature fitted on the folds without its group."""
    names = np.array(groups)
    order = np.random.default_rng(0).permutation(np.unique(names))
    weights, found = weights_of(groups), np.zeros(len(names))
    for fold in range(folds):
        inside = np.isin(names, order[fold::folds])
        found[inside] = fit(loss[:, ~inside], weights[~inside])
    return found


def calibration_error(confidence: Floats, right: NDArray[np.bool_], weights: Floats) -> float:
    """Expected calibration error over ten bins of equal width, 0..1."""
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.bincount(places, weights * (confidence - right), minlength=BINS)
    return float(np.abs(gaps).sum() / weights.sum())


def resampled(groups: Sequence[str], draws: int = 1000) -> list[NDArray[np.int64]]:
    """Rows of bootstrap samples that draw whole groups."""
    rng = np.random.default_rng(1)
    names = np.array(groups)
    rows = [np.flatnonzero(names == name) for name in np.unique(names)]
    return [
        np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))])
        for _ in range(draws)
    ]


def error_of_perfect(confidence: Floats, weights: Floats, draws: int = 500) -> float:
    """The calibration error that so few videos show even where every probability is true."""
    rng = np.random.default_rng(3)
    shown = [
        calibration_error(confidence, rng.random(len(confidence)) < confidence, weights)
        for _ in range(draws)
    ]
    return float(np.mean(shown))
