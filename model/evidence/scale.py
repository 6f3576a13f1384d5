"""One honest scale for all that is drawn of the evidence: the same for every class and moment."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evidence.contrast import contrast_curves, contrast_map
from model.evidence.pair import pair
from model.inference.prediction import Evidence, Prediction

LEAST_SCALE = 1.0
"""Weaker evidence than this must not fill the colours or the curve: one logit is what multiplies a
class's odds by e = 2.7, the least that a person would call a difference."""
SCALE_PERCENTILE = 99.5
"""The scale ignores the strongest 0.5 % of cells, so that one hot cell does not dim all others."""


@dataclass(frozen=True, slots=True)
class Scale:
    """In logits: what gets the full `colour`, and the end of the curves' shared axis."""

    colour: float
    curve: float


def bare_scale(evidence: Evidence) -> Scale:
    """For what speaks for each class by itself."""
    return _scale(evidence.volume.astype(np.float32), evidence.curves)


def comparing_scale(prediction: Prediction) -> Scale:
    """For each class against the others, and for every pair of classes; shared by all of them."""
    evidence = prediction.evidence
    classes = range(len(prediction.top))
    couples = (pair(prediction, a, b) for a, b in itertools.combinations(classes, 2))
    pairs = [found for found in couples if found is not None]
    maps = [contrast_map(evidence, row) for row in classes] + [found.maps for found in pairs]
    curves = [*contrast_curves(evidence), *(found.curve for found in pairs)]
    return _scale(np.stack(maps), np.stack(curves))


def _scale(maps: NDArray[np.float32], curves: NDArray[np.float32]) -> Scale:
    strong = float(np.percentile(np.abs(maps), SCALE_PERCENTILE))
    return Scale(max(strong, LEAST_SCALE), max(float(np.abs(curves).max()), LEAST_SCALE))
