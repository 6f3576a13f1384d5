"""The real clips that splices are made of: 40 sampled frames each, decoded once and kept.

The middle 32 of the 40 are the clip; the four before and after let it be shifted. The kept arrays
are larger than the videos, so they belong into a cache folder outside the project.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelError
from model.video.reader import VideoReader
from model.video.sampling import frame_interval
from model.video.transforms import centre_crop, size_for_short_side
from model.weights.spec import ModelSpec

MARGIN = 4  # sampled frames before and after the clip
TRAINING_FPS = 30.0

# Labels of other lists that mean a class of Kinetics-400.
SAME = {
    "hugging": "hugging",
    "pull up": "pull ups",
    "push up": "push up",
    "shaking hands": "shaking hands",
    "squat": "squat",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A video file, its nearest Kinetics-400 name ("" if none is known), and who or what is in it:
    sources of the same `group` never meet in one splice."""

    path: Path
    label: str
    group: str


@dataclass(frozen=True, slots=True)
class RealClip:
    """`frames` uint8 [40, size, size, 3] RGB at about the rate the network learned from."""

    source: Source
    frames: NDArray[np.uint8]
    rate_hz: float

    def window(self, shift: int = 0) -> NDArray[np.uint8]:
        """The clip's 32 frames, begun `shift` sampled frames later; `shift` in -4..4."""
        start = MARGIN + shift
        return self.frames[start : start + len(self.frames) - 2 * MARGIN]


def sources(data: Path) -> list[Source]:
    """All distinct videos of `clips/` and `actions/` below `data`, without mirrored copies."""
    found: dict[str, Source] = {}
    with (data / "clips" / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            path = data / "clips" / row["file"]
            source = Source(path, row["nearest_kinetics400"], row["sha256"])
            known = found.get(row["sha256"])
            if known is None or (source.label and not known.label):
                found[row["sha256"]] = source
    with (data / "actions" / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if "mirrored" not in row["source"]:
                path = data / "actions" / row["file"]
                found[row["file"]] = Source(path, SAME.get(row["label"], ""), row["group"])
    return list(found.values())


def real_clips(wanted: Sequence[Source], spec: ModelSpec, cache: Path) -> Iterator[RealClip]:
    """The clips of all sources that are long enough and can be decoded, in order."""
    for source in wanted:
        clip = _kept(source, spec, cache)
        if clip is not None:
            yield clip


def _kept(source: Source, spec: ModelSpec, cache: Path) -> RealClip | None:
    told = f"{source.path} {spec.short_side} {spec.crop} {spec.clip_len} {spec.interval}"
    place = cache / f"{hashlib.sha256(told.encode()).hexdigest()[:24]}.npz"
    if not place.is_file():
        frames, rate_hz = _decoded(source.path, spec)
        cache.mkdir(parents=True, exist_ok=True)
        draft = place.with_suffix(".part.npz")
        np.savez(draft, frames=frames, rate_hz=rate_hz)
        draft.replace(place)
    with np.load(place) as stored:
        frames, rate_hz = stored["frames"], float(stored["rate_hz"])
    return RealClip(source, frames, rate_hz) if len(frames) else None


def _decoded(path: Path, spec: ModelSpec) -> tuple[NDArray[np.uint8], float]:
    """(frames from the middle of the video, frames a second); no frames if that cannot be."""
    nothing = np.empty((0, 1, 1, 3), np.uint8), 0.0
    length = spec.clip_len + 2 * MARGIN
    try:
        with VideoReader(path) as video:
            info = video.info
            interval = frame_interval(info.frames, info.duration_s, TRAINING_FPS / spec.interval)
            spare = info.frames - ((length - 1) * interval + 1)
            if spare < 0:
                return nothing
            indices = spare // 2 + interval * np.arange(length)
            images = [frame.image for frame in video.frames(indices, short_side=spec.short_side)]
            size = size_for_short_side(info.width, info.height, spec.short_side)
    except ModelError:
        return nothing
    (box,) = centre_crop(*size, spec.crop)
    rows = slice(box.top, box.top + box.size)
    columns = slice(box.left, box.left + box.size)
    cropped = np.stack(images)[:, rows, columns]
    return np.ascontiguousarray(cropped), info.fps / interval
