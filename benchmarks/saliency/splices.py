"""Videos whose truth is known: real clips cut together, or frozen but for a part.

Three kinds, as in the design of the measurement: an action and a still picture, two actions one
after the other, one action inside another. No crossfades; every place and share comes up equally
often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice, product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["A | still", "A | B", "A in B"]
KINDS: tuple[Kind, ...] = ("A | still", "A | B", "A in B")
PLACES: dict[Kind, tuple[float, ...]] = {
    "A | still": (0.0, 0.5, 1.0),
    "A | B": (0.0, 1.0),  # both orders
    "A in B": (0.25, 0.5, 0.75),
}
SHARES = {32: (0.25, 0.5, 0.75), 64: (0.375, 0.5, 0.625)}  # no part is longer than 40 frames


@dataclass(frozen=True, slots=True)
class Sure:
    """A clip whose class the network gives: its number among the clips, class and probability."""

    clip: int
    index: int
    probability: float


@dataclass(frozen=True, slots=True)
class Splice:
    """`length` frames of which `start` to `end` (exclusive) show `a`, the others `b` going on
    before and after, or a still of `a`."""

    kind: Kind
    a: Sure
    b: Sure | None
    length: int
    start: int
    end: int

    @property
    def truth(self) -> NDArray[np.bool_]:
        """Which frames show `a`."""
        frames = np.arange(self.length)
        inside: NDArray[np.bool_] = (frames >= self.start) & (frames < self.end)
        return inside

    def frames(self, clips: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
        """The spliced frames uint8 [length, H, W, 3] from the frames of all clips."""
        shown = _middle(clips[self.a.clip], self.end - self.start)
        if self.b is None:
            kept = np.clip(np.arange(self.length), self.start, self.end - 1) - self.start
            return shown[kept]
        around = _middle(clips[self.b.clip], self.length - len(shown))
        return np.concatenate([around[: self.start], shown, around[self.start :]])


def drawn(kind: Kind, sure: Sequence[Sure], count: int, length: int, seed: int) -> list[Splice]:
    """`count` splices of `length` frames: every clip about as often, places and shares balanced."""
    random = np.random.default_rng(seed)
    order = [sure[number] for number in random.permutation(len(sure))]
    shapes = random.permutation(np.array(_shapes(kind, length)))
    splices = []
    for number, a in enumerate(islice(cycle(order), count)):
        start, end = (int(edge) for edge in shapes[number % len(shapes)])
        b = None if kind == "A | still" else _another(a, sure, random)
        splices.append(Splice(kind, a, b, length, start, end))
    return splices


def _middle(frames: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    first = (len(frames) - count) // 2
    return frames[first : first + count]


def _shapes(kind: Kind, length: int) -> list[tuple[int, int]]:
    """(start, end) of the part that shows A, for every place and share."""
    shapes = []
    for place, share in product(PLACES[kind], SHARES[length]):
        frames = round(share * length)
        start = round(place * (length - frames))
        shapes.append((start, start + frames))
    return shapes


def _another(a: Sure, sure: Sequence[Sure], random: np.random.Generator) -> Sure:
    others = [b for b in sure if b.index != a.index]
    return others[int(random.integers(len(others)))]
