"""Which stretch of the video each moment of the evidence stands for, and runs of such moments."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.inference.prediction import Span

_SAME_MOMENT_S = 1e-6


def cells(seconds: NDArray[np.float64], gaps: Sequence[Span], end_s: float) -> tuple[Span, ...]:
    """For each of the ascending `seconds` [S] the stretch half-way to its neighbours.

    The first begins at 0 and the last ends at `end_s`; none reaches into a gap.
    """
    middles = (seconds[:-1] + seconds[1:]) / 2
    starts = np.concatenate(([0.0], middles))
    ends = np.concatenate((middles, [max(end_s, float(seconds[-1]))]))
    found = []
    for time, start, end in zip(seconds, starts, ends, strict=True):
        for gap in gaps:
            start = max(start, gap.end_s) if gap.end_s <= time else start
            end = min(end, gap.start_s) if gap.start_s >= time else end
        found.append(Span(float(start), float(end)))
    return tuple(found)


def runs(chosen: NDArray[np.bool_], places: Sequence[Span]) -> list[slice]:
    """The longest runs of chosen moments [S] whose stretches touch, in order."""
    found: list[slice] = []
    for is_chosen, group in itertools.groupby(range(len(chosen)), key=lambda i: bool(chosen[i])):
        if is_chosen:
            found.extend(_unbroken(list(group), places))
    return found


def span_of(run: slice, places: Sequence[Span]) -> Span:
    """From the first to the last stretch of a run."""
    return Span(places[run.start].start_s, places[run.stop - 1].end_s)


def _unbroken(group: list[int], places: Sequence[Span]) -> list[slice]:
    cuts = [
        after
        for before, after in itertools.pairwise(group)
        if places[after].start_s - places[before].end_s > _SAME_MOMENT_S
    ]
    edges = [group[0], *cuts, group[-1] + 1]
    return [slice(start, stop) for start, stop in itertools.pairwise(edges)]
