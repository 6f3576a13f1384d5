"""Which unlabelled videos teach most, and which labels look wrong: from vectors alone.

Vectors are rows float32 [N, D] of length 1 from one network. All distances are 1 - cosine.
Needs no PyTorch, so that a server need not load it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
Numbers = NDArray[np.int64]

SHARPNESS = 15.0  # of a softmax over cosines
LEAST = 0.1  # what a video counts that is in no doubt, where one in full doubt counts 1 more
COPY = 0.985  # cosine from which on a video is a copy and teaches nothing
# They were tried by hand, with another form of the queue (benchmarks/queue_order/README.md).


@dataclass(frozen=True, slots=True)
class Order:
    """All N videos, best first, as `rows` int64 [N].

    `gaps` float32 [N], beside `rows`: how far each was from what was labelled or picked before it.
    The first `picked` were picked one by one; the rest follows as it stood then. `seconds` names
    the label that a row of them may be the second video of.
    """

    rows: Numbers
    gaps: Rows
    picked: int
    seconds: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Between which two labels each video stands: `first`, `second` int64 [N] into `labels`.

    `margin` float32 [N] in 0..1: by how much the first is more probable.
    """

    labels: tuple[str, ...]
    first: Numbers
    second: Numbers
    margin: Rows


@dataclass(frozen=True, slots=True)
class Suspicion:
    """For every labelled video how much nearer it is to another label's mean than to its own.

    `excess` float32 [N], a difference of cosines: above 0 the label looks wrong. A video that alone
    has its label has nothing to be compared with: -1. `other` int64 [N] is that label, in `labels`.
    """

    labels: tuple[str, ...]
    excess: Rows
    other: Numbers


def spread(rows: Rows, known: Rows, *, count: int, weights: Rows | None = None) -> Order:
    """Farthest first: each time what is least like all that is labelled (`known`) or picked.

    The greedy k-centre of Gonzalez (1985), as Sener and Savarese use it ("Core-set", ICLR 2018).
    With `weights` float32 [N] a gap counts so many times. Begins with the most typical video where
    nothing is known.
    """
    gaps = _gaps(rows, known)
    weights = np.ones(len(rows), np.float32) if weights is None else weights
    left = np.ones(len(rows), bool)
    picked: list[int] = []
    at: list[float] = []
    for _ in range(min(count, len(rows))):
        worth = np.where(left, gaps * weights, -1.0)
        best = int(worth.argmax()) if picked or len(known) else int((rows @ rows.mean(0)).argmax())
        picked.append(best)
        at.append(float(gaps[best]))
        left[best] = False
        gaps = np.minimum(gaps, 1 - rows @ rows[best])
    rest = np.flatnonzero(left)
    rest = rest[np.argsort(-(gaps * weights)[rest], kind="stable")]
    order = np.concatenate([np.array(picked, np.int64), rest])
    return Order(order, np.concatenate([at, gaps[rest]]).astype(np.float32), len(picked))


def doubts(rows: Rows, known: Rows, labels: Sequence[str]) -> Doubt | None:
    """What the labelled videos' means (`known` with `labels`) say of others; None below two labels.

    A quick stand-in for teaching a version: nothing is trained.
    """
    names, means, _ = _means(known, labels)
    if len(names) < 2:
        return None
    scaled = SHARPNESS * (rows @ means.T)
    chances = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    best = np.argsort(-chances, axis=1, kind="stable")[:, :2]
    two = np.take_along_axis(chances, best, axis=1)
    return Doubt(names, best[:, 0], best[:, 1], (two[:, 0] - two[:, 1]).astype(np.float32))


def covering(rows: Rows, known: Rows, *, count: int, weights: Rows | None = None) -> Order:
    """Each time what leaves all videos nearest to something labelled or picked.

    Greedy facility location (as Wei, Iyer and Bilmes use it, ICML 2015): unlike `spread` it begins
    where many videos are and comes to odd ones late. `weights` float32 [N] say how much it matters
    that a video is near.
    """
    gaps = _gaps(rows, known)
    weights = np.ones(len(rows), np.float32) if weights is None else weights
    apart = 1 - rows @ rows.T
    left = np.ones(len(rows), bool)
    picked: list[int] = []
    at: list[float] = []
    for _ in range(min(count, len(rows))):
        gain = weights @ np.maximum(gaps[:, None] - apart, 0)
        best = int(np.where(left, gain, -1.0).argmax())
        picked.append(best)
        at.append(float(gaps[best]))
        left[best] = False
        gaps = np.minimum(gaps, apart[:, best])
    rest = np.flatnonzero(left)
    rest = rest[np.argsort(-(gaps * weights)[rest], kind="stable")]
    order = np.concatenate([np.array(picked, np.int64), rest])
    return Order(order, np.concatenate([at, gaps[rest]]).astype(np.float32), len(picked))


def mixed(rows: Rows, known: Rows, labels: Sequence[str], *, count: int) -> Order:
    """What teaches most: by turns a second video for a label that has one only, and `covering`.

    A label with one video is not learned yet. What is in doubt counts more in covering.
    """
    doubt = doubts(rows, known, labels)
    weights = None if doubt is None else LEAST + 1 - doubt.margin
    cover = covering(rows, known, count=count, weights=weights)
    seconds = second_videos(rows, known, labels)
    chosen = list(seconds)[: count // 2]
    rest = [int(row) for row in cover.rows if int(row) not in set(chosen)]
    picked = _by_turns(chosen, rest[: max(count - len(chosen), 0)])
    order = [*picked, *rest[len(picked) - len(chosen) :]]
    gaps = dict(zip(cover.rows.tolist(), cover.gaps.tolist(), strict=True))
    at = np.array([gaps[row] for row in order], np.float32)
    return Order(
        np.array(order, np.int64), at, min(len(picked), len(rows)), {r: seconds[r] for r in chosen}
    )


def second_videos(rows: Rows, known: Rows, labels: Sequence[str]) -> dict[int, str]:
    """For each label with one video the row that is most like it, but for copies, and the label."""
    if not len(rows):
        return {}
    found: dict[int, str] = {}
    for place, label in enumerate(labels):
        if labels.count(label) > 1:
            continue
        likeness = rows @ known[place]
        likeness[[*found]] = -2.0
        likeness[likeness > COPY] = -2.0
        best = int(likeness.argmax())
        if likeness[best] > 0:
            found[best] = label
    return found


def suspicion(rows: Rows, labels: Sequence[str]) -> Suspicion | None:
    """Which labels look wrong, each video judged by the others alone; None below two labels.

    As confident learning does (Northcutt et al., 2021), with means in place of a trained model.
    """
    names, means, numbers = _means(rows, labels)
    if len(names) < 2:
        return None
    counts = np.bincount(numbers, minlength=len(names))
    likeness = rows @ means.T
    without = _sums(rows, numbers, len(names))[numbers] - rows
    own = (rows * _unit(without)).sum(axis=1)
    likeness[np.arange(len(rows)), numbers] = -2.0
    other = likeness.argmax(axis=1)
    excess = np.where(counts[numbers] > 1, likeness.max(axis=1) - own, -1.0)
    return Suspicion(names, excess.astype(np.float32), other)


def _by_turns(first: Sequence[int], second: Sequence[int]) -> list[int]:
    return [row for pair in zip_longest(second, first) for row in pair if row is not None]


def _gaps(rows: Rows, known: Rows) -> Rows:
    """How far each row is from the nearest known one; 2, the most there is, without any."""
    if not len(known):
        return np.full(len(rows), 2.0, np.float32)
    gaps: Rows = (1 - rows @ known.T).min(axis=1).astype(np.float32)
    return gaps


def _means(rows: Rows, labels: Sequence[str]) -> tuple[tuple[str, ...], Rows, Numbers]:
    """The labels there are, the mean of each of length 1, and each row's number among them."""
    names = tuple(dict.fromkeys(labels))
    places = {name: place for place, name in enumerate(names)}
    numbers = np.array([places[label] for label in labels], np.int64)
    return names, _unit(_sums(rows, numbers, len(names))), numbers


def _sums(rows: Rows, numbers: Numbers, count: int) -> Rows:
    sums = np.zeros((count, rows.shape[1] if rows.ndim == 2 else 0), np.float32)
    np.add.at(sums, numbers, rows)
    return sums


def _unit(rows: Rows) -> Rows:
    unit: Rows = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)
    return unit
