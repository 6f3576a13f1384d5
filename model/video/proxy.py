"""A copy of a video that every browser plays: H.264 in MP4, at most 720p, without sound.

Its frames come decoded from the limited process; only the encoder runs here. Every frame keeps
its display time, so what is drawn over the player fits both.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from model.video.encoding import write_video
from model.video.errors import ProxyFailed
from model.video.facts import VideoInfo
from model.video.reader import OnShare, VideoReader

LONG_SIDE, SHORT_SIDE, LEAST_SIDE = 1280, 720, 16  # pixels


def write_proxy(reader: VideoReader, target: Path, *, on_progress: OnShare | None = None) -> None:
    """Writes the browser-safe copy of an open video to `target`, whole or not at all.

    Raises what `VideoReader.frames` raises, what the callback raises, or `ProxyFailed`.
    """
    info = reader.info
    size = proxy_size(info)
    changes = info.changes  # what stays on the screen need not be written again and again
    frames = reader.frames(changes, size=size, on_progress=on_progress)
    numbered = (replace(frame, index=number) for number, frame in enumerate(frames))
    seen = replace(info, pts_s=info.pts_s[changes], pictures=np.arange(len(changes)))
    write_video(numbered, seen, size, target, failed=ProxyFailed)


def proxy_size(info: VideoInfo) -> tuple[int, int]:
    """(width, height) of the copy: the displayed shape, even, within 1280x720 or 720x1280."""
    short, long = sorted((info.width, info.height))
    scale = min(1.0, SHORT_SIDE / short, LONG_SIDE / long)
    return even(info.width * scale), even(info.height * scale)


def even(length: float) -> int:
    """The nearest number of pixels that H.264 can have, at least `LEAST_SIDE`."""
    return max(LEAST_SIDE, round(length / 2) * 2)
