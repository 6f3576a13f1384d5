"""Writes pictures as a video that every browser plays: H.264 in MP4, without sound.

Only pictures come in here, never the bytes of a stranger's file. Every picture keeps its display
time. Colours are BT.709.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream
from numpy.typing import NDArray

from model.errors import VideoError
from model.video.facts import VideoInfo
from model.video.reader import Frame

TICKS_PER_S = 90_000
ENCODER = {"preset": "veryfast", "crf": "23", "bf": "0", "profile": "high"}
BT709 = 1  # AVCOL_SPC_BT709, libavutil/pixfmt.h


def write_video(
    frames: Iterable[Frame],
    info: VideoInfo,
    size: tuple[int, int],
    target: Path,
    *,
    failed: type[VideoError],
) -> None:
    """Writes `frames`, ascending, to `target`, whole or not at all; only one is held at a time.

    They are those of the video `info`, each shown when and as long as there; `size` (width,
    height), both even, is that of their images. Raises what the iteration raises, or `failed`.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        _encode(frames, info, size, part)
        os.replace(part, target)
    except (av.FFmpegError, OSError) as error:
        raise failed from error
    finally:
        part.unlink(missing_ok=True)


def _encode(frames: Iterable[Frame], info: VideoInfo, size: tuple[int, int], part: Path) -> None:
    ticks = _ticks(info)
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = _stream(container, info, size)
        for frame in frames:
            _mux(container, stream, _picture(frame, int(ticks[frame.index])), ticks)
        _mux(container, stream, None, ticks)


def _stream(container: OutputContainer, info: VideoInfo, size: tuple[int, int]) -> VideoStream:
    rate = Fraction(info.fps).limit_denominator(1001)
    stream = container.add_stream("libx264", rate=rate or Fraction(1), options=ENCODER)
    context = stream.codec_context
    context.width, context.height = size
    context.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, TICKS_PER_S)
    context.gop_size = max(1, round(info.fps))
    context.colorspace = BT709
    context.color_range = ColorRange.MPEG
    context.color_primaries = ColorPrimaries.BT709
    context.color_trc = ColorTrc.BT709
    stream.time_base = context.time_base
    return stream


def _ticks(info: VideoInfo) -> NDArray[np.int64]:
    """int64 [frames + 1]: the start of every frame and the end of the last, all different."""
    wanted = np.round(np.append(info.pts_s, info.duration_s) * TICKS_PER_S).astype(np.int64)
    order = np.arange(len(wanted))
    return np.maximum.accumulate(wanted - order) + order


def _picture(frame: Frame, pts: int) -> VideoFrame:
    picture = VideoFrame.from_ndarray(frame.image, format="rgb24").reformat(
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
    )
    picture.pts = pts
    picture.time_base = Fraction(1, TICKS_PER_S)
    return picture


def _mux(
    container: OutputContainer,
    stream: VideoStream,
    picture: VideoFrame | None,
    ticks: NDArray[np.int64],
) -> None:
    for packet in stream.encode(picture):
        pts = packet.pts or 0  # encoders give every packet its time
        # without it the muxer would guess how long the last frame stays
        packet.duration = int(ticks[np.searchsorted(ticks, pts, side="right")]) - pts
        container.mux(packet)
