"""A copy of a video that every browser plays: H.264 in MP4, at most 720p, without sound.

Its frames come decoded from the limited process; only the encoder runs here. Every frame keeps
its display time, so what is drawn over the player fits both. Colours are BT.709.
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

from model.video.errors import ProxyFailed
from model.video.facts import VideoInfo
from model.video.reader import Frame, OnShare, VideoReader

TICKS_PER_S = 90_000
LONG_SIDE, SHORT_SIDE, LEAST_SIDE = 1280, 720, 16  # pixels
ENCODER = {"preset": "veryfast", "crf": "23", "bf": "0", "profile": "high"}
BT709 = 1  # AVCOL_SPC_BT709, libavutil/pixfmt.h


def write_proxy(reader: VideoReader, target: Path, *, on_progress: OnShare | None = None) -> None:
    """Writes the browser-safe copy of an open video to `target`, whole or not at all.

    Raises what `VideoReader.frames` raises, what the callback raises, or `ProxyFailed`.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    frames = reader.frames(
        range(reader.info.frames), size=proxy_size(reader.info), on_progress=on_progress
    )
    try:
        _encode(frames, reader.info, part)
        os.replace(part, target)
    except (av.FFmpegError, OSError) as error:
        raise ProxyFailed from error
    finally:
        part.unlink(missing_ok=True)


def proxy_size(info: VideoInfo) -> tuple[int, int]:
    """(width, height) of the copy: the displayed shape, even, within 1280x720 or 720x1280."""
    short, long = sorted((info.width, info.height))
    scale = min(1.0, SHORT_SIDE / short, LONG_SIDE / long)
    return _even(info.width * scale), _even(info.height * scale)


def _even(length: float) -> int:
    return max(LEAST_SIDE, round(length / 2) * 2)


def _encode(frames: Iterable[Frame], info: VideoInfo, part: Path) -> None:
    ticks = _ticks(info)
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = _stream(container, info)
        for frame in frames:
            _mux(container, stream, _picture(frame, int(ticks[frame.index])), ticks)
        _mux(container, stream, None, ticks)


def _stream(container: OutputContainer, info: VideoInfo) -> VideoStream:
    rate = Fraction(info.fps).limit_denominator(1001)
    stream = container.add_stream("libx264", rate=rate or Fraction(1), options=ENCODER)
    context = stream.codec_context
    context.width, context.height = proxy_size(info)
    context.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, TICKS_PER_S)
    context.gop_size = max(1, round(info.fps))
    context.colorspace = BT709
    context.color_range = ColorRange.MPEG
    context.color_primaries = ColorPrimaries.BT709
    context.color_trc = ColorTrc.BT709
    stream.time_base = context.time_base
    return stream


def _ticks(info: VideoInfo) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
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
    ticks: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> None:
    for packet in stream.encode(picture):
        # without it the muxer would guess how long the last frame stays
        if packet.pts is not None:
            following = np.searchsorted(ticks, packet.pts, side="right")
            packet.duration = int(ticks[following]) - packet.pts
        container.mux(packet)
