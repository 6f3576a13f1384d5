"""Animated WebP, which FFmpeg 8.1 does not take apart: it decodes single pictures of it only.

The container is read here (RFC 9649, section 2.7), each picture goes to FFmpeg's decoder under the
same limits as any other, and the pictures are put together here. Used inside the limited process.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

import av
import numpy as np
from av.codec.context import CodecContext
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from model.video.opening import Guards, Refused
from model.video.pictures import Pictures

TICKS_PER_S = 1000
IS_ANIMATED = 0x02  # of the file's flags
HAS_ALPHA = 0x10
DISPOSE, REPLACE = 0x01, 0x02  # of a picture's flags: clear its area afterwards; do not blend
FRAME_HEADER = 16  # bytes before the data of a picture
LEAST_MS, USUAL_MS = 11, 100  # browsers show what says less for so long
STRIP = 64  # rows


@dataclass(frozen=True, slots=True)
class Part:
    """One picture of the animation: where it goes on the canvas, for how long, and its bytes."""

    left: int
    top: int
    width: int
    height: int
    duration_ms: int
    flags: int
    start: int  # position of its data in the file
    size: int


@dataclass(frozen=True, slots=True)
class Animation:
    """`width` x `height` pixels of canvas, and what is drawn on it."""

    width: int
    height: int
    parts: tuple[Part, ...]


def read_animation(descriptor: int, guards: Guards) -> Animation:
    """The structure of the file; what comes after a break is left out. Raises `Refused`."""
    end = os.lseek(descriptor, 0, os.SEEK_END)
    chunks = _chunks(descriptor, 12, end)
    kind, start, size = next(chunks, (b"", 0, 0))
    head = _read(descriptor, start, 10)
    if kind in {b"VP8 ", b"VP8L"} or (kind == b"VP8X" and head and not head[0] & IS_ANIMATED):
        raise Refused("no-video-stream")  # a still
    if kind != b"VP8X" or min(size, len(head)) < 10:
        raise Refused("damaged")
    width, height = _number(head, 4) + 1, _number(head, 7) + 1
    if width * height > guards.max_pixels:
        raise Refused("picture-too-large")
    parts = []
    for kind, start, size in chunks:
        part = (
            _part(_read(descriptor, start, FRAME_HEADER), start, size) if kind == b"ANMF" else None
        )
        if part and part.left + part.width <= width and part.top + part.height <= height:
            parts.append(part)
            guards.check_count(len(parts))
    if not parts:
        raise Refused("no-frames")
    return Animation(width, height, tuple(parts))


class AnimationPass:
    """One pass over an animation. `errors` counts pictures that could not be decoded."""

    def __init__(self, descriptor: int, animation: Animation, guards: Guards) -> None:
        self._descriptor = descriptor
        self._animation = animation
        self._guards = guards
        self.pictures = Pictures(_fresh_codec(guards), guards)
        self.errors = 0
        self.reorders = False
        self.codec_aspect = 0.0

    def ranges(self, ranges: Iterable[range], wanted: Container[int]) -> Iterator[VideoFrame]:
        """Every frame: each may build on the one before."""
        del ranges, wanted
        return self.frames()

    def frames(self) -> Iterator[VideoFrame]:
        """The frames in display order, RGB, their times in milliseconds."""
        animation = self._animation
        canvas = np.zeros((animation.height, animation.width, 4), np.uint8)
        time = 0
        for part in animation.parts:
            area = canvas[part.top : part.top + part.height, part.left : part.left + part.width]
            picture = self._decoded(part)
            if picture is None:
                self.errors += 1
            else:
                _draw(picture, area, blend=not part.flags & REPLACE)
            yield _frame(canvas, time)
            if part.flags & DISPOSE:
                area[:] = 0
            time += part.duration_ms
        if self.errors == len(animation.parts):
            raise Refused("damaged")

    def _decoded(self, part: Part) -> NDArray[np.uint8] | None:
        """RGBA uint8 [height, width, 4]; None if the bytes are damaged."""
        codec = _fresh_codec(self._guards)
        data = _read(self._descriptor, part.start, part.size)
        try:
            frames = codec.decode(Packet(_still(part, data))) + codec.decode(None)
        except MemoryError as error:
            raise Refused("too-much-memory") from error
        except (av.FFmpegError, ValueError):
            return None
        if len(frames) != 1 or (frames[0].width, frames[0].height) != (part.width, part.height):
            return None
        return frames[0].reformat(format="rgba", threads=1).to_ndarray().astype(np.uint8)


def _fresh_codec(guards: Guards) -> VideoCodecContext:
    codec = CodecContext.create("webp", "r")
    assert isinstance(codec, VideoCodecContext)
    codec.options = {"threads": "1", "max_pixels": str(guards.max_pixels)}
    return codec


def _part(header: bytes, start: int, size: int) -> Part | None:
    if size < FRAME_HEADER or len(header) < FRAME_HEADER:
        return None
    duration = _number(header, 12)
    return Part(
        left=2 * _number(header, 0),
        top=2 * _number(header, 3),
        width=_number(header, 6) + 1,
        height=_number(header, 9) + 1,
        duration_ms=duration if duration >= LEAST_MS else USUAL_MS,
        flags=header[15],
        start=start + FRAME_HEADER,
        size=size - FRAME_HEADER,
    )


def _still(part: Part, data: bytes) -> bytes:
    """The file of a single picture around the `data` of one of the animation's."""
    if data.startswith(b"ALPH"):
        size = (part.width - 1).to_bytes(3, "little") + (part.height - 1).to_bytes(3, "little")
        data = b"VP8X\x0a\0\0\0" + bytes([HAS_ALPHA, 0, 0, 0]) + size + data
    return b"RIFF" + (len(data) + 4).to_bytes(4, "little") + b"WEBP" + data


def _draw(picture: NDArray[np.uint8], area: NDArray[np.uint8], *, blend: bool) -> None:
    """Puts the RGBA picture onto its area of the canvas, in strips to save memory."""
    for top in range(0, len(area), STRIP):
        over, under = picture[top : top + STRIP], area[top : top + STRIP]
        under[:] = _blended(over, under) if blend else over


def _blended(over: NDArray[np.uint8], under: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Alpha blending of colours that are not multiplied by their alpha (RFC 9649, 2.7.1.2)."""
    share = over[..., 3:].astype(np.float32) / 255
    rest = under[..., 3:].astype(np.float32) / 255 * (1 - share)
    alpha = share + rest
    mixed = over[..., :3] * share + under[..., :3] * rest
    colours = np.divide(mixed, alpha, out=np.zeros_like(mixed), where=alpha > 0)
    blended: NDArray[np.uint8] = np.rint(np.concatenate([colours, alpha * 255], axis=2)).astype(
        np.uint8
    )
    return blended


def _frame(canvas: NDArray[np.uint8], time: int) -> VideoFrame:
    """A frame of the canvas; where it is transparent it is black."""
    shown = canvas[..., :3] * (canvas[..., 3:] > 0)
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(shown), format="rgb24")
    frame.pts = time
    return frame


def _chunks(descriptor: int, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of the data, its size) of the chunks up to the end of the file."""
    while start + 8 <= end:
        header = _read(descriptor, start, 8)
        size = int.from_bytes(header[4:8], "little")
        start += 8
        if len(header) < 8 or start + size > end:
            return
        yield header[:4], start, size
        start += size + size % 2


def _number(data: bytes, at: int) -> int:
    """Three bytes, the least significant first."""
    return int.from_bytes(data[at : at + 3], "little")


def _read(descriptor: int, position: int, size: int) -> bytes:
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.read(descriptor, size)
