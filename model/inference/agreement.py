"""How far two curves rise and fall together, and how far overlapping clips do."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

from model.inference.timeline import ClipEvidence

LEAST_POINTS = 6  # fewer moments in common say nothing about agreement
RIVALS = 5


def spearman(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Rank correlation -1..1 of two curves [S]; NaN if either is constant or shorter than 2."""
    if len(first) < 2:
        return nan
    a, b = _ranks(first), _ranks(second)
    spread = float(a.std() * b.std())
    if spread == 0.0:
        return nan
    return float(((a - a.mean()) * (b - b.mean())).mean() / spread)


def overlap_agreement(clips: Sequence[ClipEvidence]) -> float:
    """Rank correlation of what neighbouring clips said about the moments that both saw.

    Of the first class against the mean of the next four, over all such moments of the video, each
    read from both clips linearly; NaN if they are fewer than `LEAST_POINTS`.
    """
    first: list[float] = []
    second: list[float] = []
    read = [_contrast(clip) for clip in clips]
    for (times_a, curve_a), (times_b, curve_b) in itertools.pairwise(read):
        both = np.union1d(times_a, times_b)
        both = both[(both >= max(times_a[0], times_b[0])) & (both <= min(times_a[-1], times_b[-1]))]
        first.extend(np.interp(both, times_a, curve_a))
        second.extend(np.interp(both, times_b, curve_b))
    return spearman(np.array(first), np.array(second)) if len(first) >= LEAST_POINTS else nan


def _contrast(clip: ClipEvidence) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    curves = clip.volume[:RIVALS].astype(np.float64).mean(axis=(2, 3))
    rivals = curves[1:].mean(axis=0) if len(curves) > 1 else 0.0
    times, first = np.unique(clip.seconds, return_index=True)
    contrast: NDArray[np.float64] = (curves[0] - rivals)[first]
    return times, contrast


def _ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Ranks from 0, equal values sharing their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count) - 1
    ranks: NDArray[np.float64] = (last - (count - 1) / 2)[place]
    return ranks
