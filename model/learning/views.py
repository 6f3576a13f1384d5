"""Which parts of a video stand for it when features are computed once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.errors import VideoError
from model.learning.clips import frames_of
from model.learning.errors import ListError
from model.learning.examples import Example
from model.video.facts import VideoLimits
from model.video.reader import VideoReader
from model.video.transforms import centre_crop, to_input
from model.weights.spec import ModelSpec

Part = Literal["middle", "ends"]
PARTS: tuple[Part, ...] = ("middle", "ends")
VIEWS = "middle, middle mirrored | start, end mirrored; v3"
"""Names what `view_clips` cuts out: features of another set must not be mistaken for these."""


@dataclass(frozen=True, slots=True)
class View:
    """One clip of a video: its frame indices int64 [T], mirrored or not."""

    frame_inds: NDArray[np.int64]
    mirrored: bool


def views_of(first: int, count: int, spec: ModelSpec, part: Part) -> tuple[View, ...]:
    """The views of `count` frames from `first` on: the middle both ways, or the two ends.

    A video shorter than a clip is looped and has only its middle.
    """
    free = max(count - ((spec.clip_len - 1) * spec.interval + 1), 0)

    def view(start: int, mirrored: bool) -> View:
        inds = start + np.arange(spec.clip_len, dtype=np.int64) * spec.interval
        return View(first + inds % count, mirrored)

    if part == "middle":
        return view(free // 2, False), view(free // 2, True)
    return (view(0, False), view(free, True)) if free else ()


def view_clips(
    example: Example, spec: ModelSpec, limits: VideoLimits, parts: Sequence[Part] = PARTS
) -> dict[Part, NDArray[np.float32]]:
    """The network's input for the views of a video: float32 [views, 3, T, crop, crop] each.

    Raises `ListError` naming the video if it cannot be read.
    """
    try:
        with VideoReader(example.path, limits) as reader:
            found = frames_of(example, reader.info)
            views = {part: views_of(*found, spec, part) for part in parts}
            inds = [view.frame_inds for of_part in views.values() for view in of_part]
            wanted = np.unique(np.concatenate(inds)).tolist() if inds else []
            frames = reader.frames(wanted, short_side=spec.short_side) if wanted else ()
            images = {frame.index: frame.image for frame in frames}
    except VideoError as error:
        raise ListError(f"{example.path.name} cannot be learned from: {error}") from error
    empty = np.empty((0, 3, spec.clip_len, spec.crop, spec.crop), np.float32)
    return {
        part: np.stack([_clip(view, images, spec) for view in of_part]) if of_part else empty
        for part, of_part in views.items()
    }


def _clip(view: View, images: dict[int, NDArray[np.uint8]], spec: ModelSpec) -> NDArray[np.float32]:
    frames = np.stack([images[int(index)] for index in view.frame_inds])
    (box,) = centre_crop(frames.shape[2], frames.shape[1], spec.crop)
    clip = to_input(frames, box, spec.normalisation.mean, spec.normalisation.std)
    return np.ascontiguousarray(clip[..., ::-1]) if view.mirrored else clip
