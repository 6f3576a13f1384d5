"""A video looked at again with something changed: mirrored, shifted, or with moments frozen.

What an answer rests on is found by taking it away. Only the network's view changes; times stay
those of the video.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.inference.prediction import Span
from model.inference.protocols import Plan


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be changed; nothing by default.

    `mirrored` turns the picture left to right, and the evidence back. `later` begins every clip so
    many sampled frames later, as far as the video goes. `frozen` moments show the nearest frame
    outside of them; with `turned` 0..1 the same number of frames is frozen that share of all
    sampled frames later instead, beginning anew at the start. `still_s` shows the frame at that
    second alone, all the time.
    """

    mirrored: bool = False
    later: int = 0
    frozen: tuple[Span, ...] = ()
    turned: float = 0.0
    still_s: float | None = None

    def planned(self, plan: Plan, frames: int) -> Plan:
        """The plan for a video of so many frames, begun later if that is wanted."""
        if not self.later:
            return plan
        rows = plan.sampling.frame_inds
        interval = int(rows[0, 1] - rows[0, 0]) if rows.shape[1] > 1 else 1
        shifted = np.clip(rows + self.later * interval, 0, frames - 1)
        return replace(plan, sampling=replace(plan.sampling, frame_inds=shifted))

    def shown(self, frame_inds: NDArray[np.int64], pts_s: NDArray[np.float64]) -> NDArray[np.int64]:
        """Which frames [clips, T] are shown instead of `frame_inds`, by their times `pts_s`."""
        if self.still_s is not None:
            still = int(np.abs(pts_s - self.still_s).argmin())
            return np.full_like(frame_inds, still)
        if not self.frozen:
            return frame_inds
        sampled, place = np.unique(frame_inds, return_inverse=True)
        frozen = np.roll(self._within(pts_s[sampled]), round(self.turned * len(sampled)))
        return sampled[nearest_kept(frozen)][place].reshape(frame_inds.shape)

    def _within(self, times: NDArray[np.float64]) -> NDArray[np.bool_]:
        inside = np.zeros(len(times), dtype=np.bool_)
        for span in self.frozen:
            inside |= (times >= span.start_s) & (times < span.end_s)
        return inside


def nearest_kept(frozen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each position [F] the nearest one that is not frozen, the earlier of two as near.

    Where everything is frozen the first frame stands for all.
    """
    kept = np.flatnonzero(~frozen)
    if not len(kept):
        return np.zeros(len(frozen), dtype=np.int64)
    positions = np.arange(len(frozen))
    after = np.clip(np.searchsorted(kept, positions), 0, len(kept) - 1)
    before = np.maximum(after - 1, 0)
    is_before = np.abs(positions - kept[before]) <= np.abs(kept[after] - positions)
    nearest: NDArray[np.int64] = np.where(is_before, kept[before], kept[after])
    return nearest


UNCHANGED = Change()
