"""Evidence at any moment: between two steps mixed linearly, and never across what nobody saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.inference.prediction import Span


@dataclass(frozen=True, slots=True)
class Mix:
    """Two steps, and the second one's share in 0..1."""

    before: int
    after: int
    share: float

    def of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The mixture of `values` [S, ...]."""
        mixed: NDArray[np.float32] = (
            values[self.before] * (1 - self.share) + values[self.after] * self.share
        )
        return mixed


def mix_at(seconds: NDArray[np.float64], gaps: Sequence[Span], t: float) -> Mix | None:
    """Which of the ascending `seconds` [S] make up moment `t`; None in a gap.

    Before the first, after the last and beside a gap the nearest one holds.
    """
    if not len(seconds) or any(gap.start_s < t < gap.end_s for gap in gaps):
        return None
    after = int(np.searchsorted(seconds, t, side="left"))
    if 0 < after < len(seconds) and seconds[after] > t:
        before = after - 1
        if not _between(gaps, seconds[before], seconds[after]):
            share = (t - seconds[before]) / (seconds[after] - seconds[before])
            return Mix(before, after, float(share))
        nearest = after if _between(gaps, seconds[before], t) else before
        return Mix(nearest, nearest, 0.0)
    nearest = min(after, len(seconds) - 1)
    low, high = sorted((t, float(seconds[nearest])))
    return None if _between(gaps, low, high) else Mix(nearest, nearest, 0.0)


def pieces(
    seconds: NDArray[np.float64], values: NDArray[np.float32], gaps: Sequence[Span], end_s: float
) -> list[list[tuple[float, float]]]:
    """The curve (second, value) cut at gaps, held to both ends of what was looked at."""
    found: list[list[tuple[float, float]]] = []
    for i, (t, value) in enumerate(zip(seconds.tolist(), values.tolist(), strict=True)):
        if not i or _between(gaps, seconds[i - 1], t):
            if i:
                found[-1].append((_held_until(gaps, float(seconds[i - 1]), end_s), values[i - 1]))
            found.append([(max([0.0, *(g.end_s for g in gaps if g.end_s <= t)]), value)])
        found[-1].append((t, value))
    if found:
        found[-1].append((_held_until(gaps, float(seconds[-1]), end_s), float(values[-1])))
    return found


def _held_until(gaps: Sequence[Span], t: float, end_s: float) -> float:
    return min([end_s, *(gap.start_s for gap in gaps if gap.start_s >= t)])


def _between(gaps: Sequence[Span], before: float, after: float) -> bool:
    return any(gap.start_s < after and gap.end_s > before for gap in gaps)
