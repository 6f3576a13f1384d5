"""Which frames and which part of the picture the network gets, protocol by protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.inference.prediction import ProtocolName, Span
from model.video.facts import VideoInfo
from model.video.reader import Frame
from model.video.sampling import Sampling, sample_auto, sample_test, sample_val
from model.video.transforms import CropBox, centre_crop, size_for_short_side, three_crops
from model.weights.spec import ModelSpec

TRAINING_FPS = 30.0
"""Of Kinetics: a network with interval 2 learned from 15 frames a second."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be looked at.

    Every clip of `sampling` is cut to each of `boxes`, squares of the picture scaled to
    `short_side` pixels, `as_shown` or with its pixels taken for squares; evidence is kept for the
    one at `explained`.
    """

    sampling: Sampling
    short_side: int
    as_shown: bool
    boxes: tuple[CropBox, ...]
    explained: int

    @property
    def explained_box(self) -> CropBox:
        """The part of the picture that the evidence is about."""
        return self.boxes[self.explained]


def plan(protocol: ProtocolName, spec: ModelSpec, info: VideoInfo, *, max_clips: int) -> Plan:
    """The clips and crops of a protocol for one video.

    `auto`: overlapping clips over the whole video (at most `max_clips`), centre crop. `val`: one
    clip from the middle, centre crop. `test`: ten clips, three crops as large as the short side.
    Sizes are the checkpoint's own; with short side 256 and crop 224, as all published models of
    this family have, `val` and `test` are those by which they were measured, which took every pixel
    for a square; `auto` sees the picture in the shape that people see.
    """
    seen = protocol == "auto"
    size = size_for_short_side(*info.shape(as_shown=seen), spec.short_side)
    if protocol == "test":
        sampling = _as_measured(sample_test, spec, info)
        return Plan(
            sampling, spec.short_side, seen, three_crops(*size, spec.short_side), explained=1
        )
    if protocol == "val":
        sampling = _as_measured(sample_val, spec, info)
    else:
        sampling = sample_auto(
            info.pts_s,
            info.duration_s,
            clip_len=spec.clip_len,
            max_clips=max_clips,
            rate_hz=TRAINING_FPS / spec.interval,
        )
    return Plan(sampling, spec.short_side, seen, centre_crop(*size, spec.crop), explained=0)


def _as_measured(sample: Callable[..., Sampling], spec: ModelSpec, info: VideoInfo) -> Sampling:
    """Sampled from the decoded pictures, each of which counts once however long it stays."""
    changes = info.changes
    sampling = sample(len(changes), clip_len=spec.clip_len, interval=spec.interval)
    return replace(sampling, frame_inds=changes[sampling.frame_inds])


def clip_span(frame_inds: NDArray[np.int64], info: VideoInfo) -> Span:
    """The seconds that one clip's frames [T] stand for, the last one up to the frame after it."""
    seen = np.unique(frame_inds)
    step = int(np.median(np.diff(seen))) if len(seen) > 1 else 1
    after = int(seen[-1]) + step
    end_s = float(info.pts_s[after]) if after < info.frames else info.duration_s
    return Span(float(info.pts_s[seen[0]]), end_s)


def stream_clips(
    frames: Iterable[Frame], frame_inds: NDArray[np.int64]
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Gives (number of the clip, its frames uint8 [T, H, W, 3]) as soon as its last frame is here.

    `frames` are ascending and hold every index of `frame_inds` [clips, T]. Only frames that a
    later clip still needs are kept, so memory does not grow with the video.
    """
    last_needed = {
        int(index): row for row in _by_completion(frame_inds) for index in frame_inds[row]
    }
    kept: dict[int, NDArray[np.uint8]] = {}
    waiting = _by_completion(frame_inds)
    for frame in frames:
        kept[frame.index] = frame.image
        while waiting and frame_inds[waiting[0]].max() <= frame.index:
            row = waiting.pop(0)
            yield row, np.stack([kept[int(index)] for index in frame_inds[row]])
            for index in {int(index) for index in frame_inds[row]}:
                if last_needed[index] == row:
                    del kept[index]


def _by_completion(frame_inds: NDArray[np.int64]) -> list[int]:
    return [int(row) for row in np.argsort(frame_inds.max(axis=1), kind="stable")]
