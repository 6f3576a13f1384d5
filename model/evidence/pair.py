"""Why this and not that? The evidence for one class over another, and the moments that decided.

The head is linear, so the difference of two classes' evidence is exact too: weighted by how much
of the answer each moment stands for, it adds up to the margin between the two scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evidence.stretches import cells, runs, span_of
from model.inference.completeness import adds_up
from model.inference.prediction import Prediction, Span

MOST_PEAKS = 3
SMALL = 0.05  # logits; less speaks for nothing
MUCH = 1.25
"""A stretch decided more than others if its share of the margin is this many times its share of
the answer's time."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a stretch of the video contributed: `logits`, and those as `share` of the margin.

    `weight` 0..1 is how much of the answer the stretch stands for.
    """

    start_s: float
    end_s: float
    logits: float
    share: float
    weight: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Class `a` over class `b` (rows of `Prediction.top`), signed, in logits.

    `curve` float32 [S] and `maps` float32 [S, H', W'] at `seconds` [S], biases included: above 0 a
    moment speaks for `a`. `sum(weights * curve) = margin = logit_a - logit_b`, and a map's mean is
    its moment of the curve. `places` are the stretches that the moments stand for.
    """

    a: int
    b: int
    seconds: NDArray[np.float64]
    weights: NDArray[np.float64]
    curve: NDArray[np.float32]
    maps: NDArray[np.float32]
    margin: float
    places: tuple[Span, ...]


def pair(prediction: Prediction, a: int, b: int) -> Pair | None:
    """Class `a` over class `b`; None where the evidence does not add up to their scores.

    `a` and `b` are rows of `prediction.top`. Answers stored before the weights were kept give None.
    """
    evidence = prediction.evidence
    if not adds_up(evidence):
        return None
    volume = evidence.volume
    bias = evidence.biases[a] - evidence.biases[b]
    maps = volume[a].astype(np.float32) - volume[b].astype(np.float32) + np.float32(bias)
    return Pair(
        a=a,
        b=b,
        seconds=evidence.seconds,
        weights=evidence.weights,
        curve=maps.mean(axis=(1, 2)),
        maps=maps,
        margin=evidence.logits[a] - evidence.logits[b],
        places=cells(evidence.seconds, evidence.gaps, prediction.video.duration_s),
    )


def contribution(compared: Pair, run: slice) -> Stretch:
    """What the moments of `run` contributed. Contributions of all moments add up to the margin."""
    span = span_of(run, compared.places)
    weights = compared.weights[run]
    logits = float(weights @ compared.curve[run].astype(np.float64))
    share = logits / compared.margin if compared.margin else 0.0
    return Stretch(span.start_s, span.end_s, logits, share, float(weights.sum()))


def parts(compared: Pair, chosen: NDArray[np.bool_]) -> tuple[Stretch, ...]:
    """The video cut where `chosen` [S] changes and at gaps: the shares add up to 1."""
    both = [*runs(chosen, compared.places), *runs(~chosen, compared.places)]
    return tuple(contribution(compared, run) for run in sorted(both, key=lambda run: run.start))


def deciding(compared: Pair) -> tuple[Stretch, ...]:
    """Up to three stretches that made most of the margin, in order of time; none if it is even.

    Around each peak more than one standard deviation above the mean, as far as the curve stays
    above the mean, kept if the stretch gave `MUCH` more than its length would.
    """
    sign = 1.0 if compared.margin >= 0 else -1.0
    curve = sign * compared.curve.astype(np.float64)
    mean = float(compared.weights @ curve)
    deviation = float(np.sqrt(compared.weights @ (curve - mean) ** 2))
    found = []
    for run in runs(curve > mean, compared.places):
        stretch = contribution(compared, run)
        peaks = deviation > 0 and curve[run].max() > mean + deviation
        if peaks and stretch.share >= MUCH * stretch.weight:
            found.append(stretch)
    most = sorted(found, key=lambda stretch: -stretch.share)[:MOST_PEAKS]
    return tuple(sorted(most, key=lambda stretch: stretch.start_s))


def against(compared: Pair) -> tuple[Stretch, ...]:
    """Stretches that spoke the other way, in order of time."""
    sign = 1.0 if compared.margin >= 0 else -1.0
    other_way = runs(sign * compared.curve < 0, compared.places)
    return tuple(contribution(compared, run) for run in other_way)
