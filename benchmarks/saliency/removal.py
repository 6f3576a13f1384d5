"""Taking frames away in the order of a curve, and what is left of the answer (measure M5)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.saliency.measures import area
from benchmarks.saliency.scenes import Network
from model.inference.change import nearest_kept

Operator = Callable[[NDArray[np.uint8], NDArray[np.bool_]], NDArray[np.uint8]]


def freeze(frames: NDArray[np.uint8], removed: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Removed frames show the nearest one that is kept."""
    return frames[nearest_kept(removed)]


def linear(frames: NDArray[np.uint8], removed: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Removed frames fade from the kept one before to the kept one after."""
    kept = np.flatnonzero(~removed)
    if not len(kept):
        return freeze(frames, removed)
    place = np.interp(np.arange(len(frames)), kept, np.arange(len(kept)))
    before = np.floor(place).astype(int)
    after = np.minimum(before + 1, len(kept) - 1)
    share = (place - before)[:, None, None, None]
    faded = frames[kept[before]] * (1 - share) + frames[kept[after]] * share
    return np.rint(faded).astype(np.uint8)


OPERATORS: dict[str, Operator] = {"freeze": freeze, "linear": linear}


def insertion_less_deletion(
    network: Network,
    frames: NDArray[np.uint8],
    index: int,
    curve: NDArray[np.floating],
    operator: Operator,
    *,
    steps: int,
) -> float:
    """The area under the class's probability while frames are put in, the highest of the curve
    first, less that while they are taken out; equal values in order of time."""
    order = np.argsort(-curve, kind="stable")
    rank = np.empty(len(order), dtype=int)
    rank[order] = np.arange(len(order))
    counts = np.rint(np.linspace(0, len(frames), steps + 1)).astype(int)
    put_in = [rank >= count for count in counts]
    taken_out = [rank < count for count in counts]
    values = [
        np.array([network.probability(operator(frames, removed), index) for removed in sweep])
        for sweep in (put_in[1:-1], taken_out[1:-1])
    ]
    nothing = network.probability(operator(frames, np.ones(len(frames), dtype=bool)), index)
    whole = network.probability(frames, index)
    inserted = np.concatenate(([nothing], values[0], [whole]))
    deleted = np.concatenate(([whole], values[1], [nothing]))
    return area(inserted) - area(deleted)
