"""Which frames of a video make up the clips. Pure arithmetic on frame indices and times.

`val` and `test` are the protocols by which the published models were measured; `auto` covers
the whole video.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

SAMPLED_RATE_HZ = 15.0  # every 2nd frame of a 30 fps video, as the networks were trained


@dataclass(frozen=True, slots=True)
class Sampling:
    """The chosen frames.

    `frame_inds` int64 [clips, T], each row not descending except where it wraps around.
    `padded` says that frames repeat because the video is shorter than one clip.
    `gaps` are (start, end) in seconds of the stretches that no clip covers.
    `notes` are plain sentences for the person at the screen.
    """

    frame_inds: NDArray[np.int64]
    padded: bool = False
    gaps: tuple[tuple[float, float], ...] = ()
    notes: tuple[str, ...] = ()


def sample_val(frames: int, *, clip_len: int = 32, interval: int = 2) -> Sampling:
    """One clip from the middle (MMAction2 `SampleFrames`, test mode, one clip)."""
    free = _free(frames, clip_len, interval)
    return _looped(np.array([free // 2], np.int64), frames, clip_len, interval)


def sample_test(frames: int, *, clips: int = 10, clip_len: int = 32, interval: int = 2) -> Sampling:
    """Evenly spread clips, first frame to last (MMAction2 `SampleFrames`, test mode)."""
    free = _free(frames, clip_len, interval)
    if clips == 1:
        return sample_val(frames, clip_len=clip_len, interval=interval)
    offsets = np.round(np.arange(clips) * (free / (clips - 1))).astype(np.int64)
    return _looped(offsets, frames, clip_len, interval)


def sample_auto(
    pts_s: NDArray[np.float64],
    duration_s: float,
    *,
    clip_len: int = 32,
    max_clips: int = 64,
    rate_hz: float = SAMPLED_RATE_HZ,
) -> Sampling:
    """Overlapping clips over the whole video, sampled near `rate_hz`.

    `pts_s` float64 [frames], ascending display times. Clips start every `hop` sampled frames with
    hop ≡ 4 (mod 8), so that the time grids of neighbouring clips interleave; the last clip ends
    with the video. With more than `max_clips` clips the hop grows and gaps may appear.
    """
    frames = len(pts_s)
    if frames < 1 or clip_len < 1 or max_clips < 1:
        raise ValueError("a video, a clip and a number of clips must not be empty")
    interval = frame_interval(frames, duration_s, rate_hz)
    span = (clip_len - 1) * interval + 1
    if frames < span:
        return _stretched(frames, clip_len)
    starts = _starts(frames - span, interval, _hops(clip_len), max_clips)
    frame_inds = starts[:, None] + np.arange(clip_len) * interval
    gaps = _gaps(frame_inds, pts_s, duration_s)
    return Sampling(frame_inds, gaps=gaps, notes=_gap_notes(gaps))


def frame_interval(frames: int, duration_s: float, rate_hz: float = SAMPLED_RATE_HZ) -> int:
    """Every how many-th frame to take so that about `rate_hz` frames a second remain."""
    fps = frames / duration_s if duration_s > 0 else rate_hz
    return max(1, round(fps / rate_hz))


def _free(frames: int, clip_len: int, interval: int) -> int:
    if frames < 1:
        raise ValueError("a video without frames cannot be sampled")
    return max(frames - ((clip_len - 1) * interval + 1), 0)


def _looped(offsets: NDArray[np.int64], frames: int, clip_len: int, interval: int) -> Sampling:
    inds = offsets[:, None] + np.arange(clip_len, dtype=np.int64) * interval
    padded = bool(inds.max() >= frames)
    notes = ("The video is shorter than one clip, so it was looped.",) if padded else ()
    return Sampling(inds % frames, padded=padded, notes=notes)


def _stretched(frames: int, clip_len: int) -> Sampling:
    inds = np.round(np.linspace(0, frames - 1, clip_len)).astype(np.int64)
    padded = len(np.unique(inds)) < clip_len
    notes = ("The video has few pictures, so some were used more than once.",) if padded else ()
    return Sampling(inds[None], padded=padded, notes=notes)


def _hops(clip_len: int) -> range:
    first = max(4, (clip_len * 3 // 4 - 4) // 8 * 8 + 4)  # 20 for 32 frames, 12 for 16
    return range(first, 1 << 31, 8)


def _starts(free: int, interval: int, hops: range, max_clips: int) -> NDArray[np.int64]:
    """First frames of the clips: 0, hop, 2 hop, ... and `free`, at most `max_clips` of them."""
    if max_clips == 1:
        return np.array([free // 2], np.int64)
    # ceil(free / (hop * interval)) + 1 <= max_clips, solved for the smallest allowed hop
    least = ceil(free / (interval * (max_clips - 1)))
    hop = hops[max(0, ceil((least - hops.start) / hops.step))]
    starts = np.arange(0, free, hop * interval, dtype=np.int64)
    return np.append(starts, free)


def _gaps(
    frame_inds: NDArray[np.int64], pts_s: NDArray[np.float64], duration_s: float
) -> tuple[tuple[float, float], ...]:
    """Seconds before, between and after the clips in which lie frames that no clip covers."""
    interval = int(frame_inds[0, 1] - frame_inds[0, 0]) if frame_inds.shape[1] > 1 else 1
    times = np.append(pts_s, duration_s)
    after = np.append(0, frame_inds[:, -1] + interval)
    before = np.append(frame_inds[:, 0], len(pts_s))
    return tuple(
        (float(times[start]), float(times[end]))
        for start, end in zip(after, before, strict=True)
        if start < end
    )


def _gap_notes(gaps: tuple[tuple[float, float], ...]) -> tuple[str, ...]:
    if not gaps:
        return ()
    seconds = sum(end - start for start, end in gaps)
    return (f"The video is long: {seconds:.0f} seconds between the clips were not analysed.",)
