"""Videos of every kind, made on the spot. Each frame carries its own number in black and white."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

BITS = 8


def numbered(index: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture uint8 [H, W, 3] whose eight columns spell `index` in binary, grey beneath."""
    width, height = size
    columns = np.arange(width) * BITS // width
    row = np.where((index >> columns) & 1, 235, 16).astype(np.uint8)
    image = np.full((height, width, 3), 128, np.uint8)
    image[: (height + 1) // 2] = row[None, :, None]
    return image


def number_of(image: NDArray[np.uint8]) -> int:
    """The number that a picture carries."""
    height, width, _ = image.shape
    row = image[height // 4, :, 1].astype(int)
    centres = [(2 * bit + 1) * width // (2 * BITS) for bit in range(BITS)]
    return sum(1 << bit for bit, x in enumerate(centres) if row[x] > 128)


@contextmanager
def same_priority() -> Iterator[None]:
    """Takes back what SVT-AV1 does where root encodes: the thread, and all that it starts later,
    would come before everything else on the machine (SCHED_FIFO, 99)."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)


def write_video(
    path: Path,
    *,
    frames: int = 12,
    size: tuple[int, int] = (64, 48),
    codec: str = "libx264",
    pixels: str = "yuv420p",
    rate: int = 25,
    times: Sequence[int] | None = None,
    gop: int = 12,
    options: dict[str, str] | None = None,
    muxing: dict[str, str] | None = None,
    videos: int = 1,
) -> Path:
    """Writes `frames` numbered frames; `times` are their milliseconds if not even."""
    with same_priority(), av.open(str(path), "w", options=muxing or {}) as container:
        streams: list[Any] = [container.add_stream(codec, rate=rate, options=options or {})]
        streams += [container.add_stream(codec, rate=rate) for _ in range(videos - 1)]
        for stream in streams:
            _set_up(stream, size, pixels, gop, timed=times is not None)
        for index in range(frames):
            picture = VideoFrame.from_ndarray(numbered(index, size), format="rgb24")
            picture = picture.reformat(format=pixels)
            if times is not None:
                picture.pts, picture.time_base = times[index], Fraction(1, 1000)
            else:
                picture.pts, picture.time_base = index, Fraction(1, rate)
            for stream in streams:
                container.mux(stream.encode(picture))
        for stream in streams:
            container.mux(stream.encode(None))
    return path


def _set_up(stream: Any, size: tuple[int, int], pixels: str, gop: int, *, timed: bool) -> None:
    context = stream.codec_context
    stream.width, stream.height = size
    stream.pix_fmt = pixels
    context.gop_size = gop
    if timed:
        context.time_base = Fraction(1, 1000)
        stream.time_base = Fraction(1, 1000)


def write_sound(path: Path, *, cover: bool = False) -> Path:
    """Half a second of silence, with a cover picture if wanted."""
    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac", rate=16_000, layout="mono")
        if cover:
            picture = container.add_stream("mjpeg", rate=1)
            picture.width = picture.height = 32
            picture.pix_fmt = "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
            frame = VideoFrame.from_ndarray(numbered(1, (32, 32)), format="rgb24")
            frame.pts = 0
            container.mux(picture.encode(frame.reformat(format="yuvj420p")))
            container.mux(picture.encode(None))
        silence = av.AudioFrame.from_ndarray(
            np.zeros((1, 8_000), np.float32), format="fltp", layout="mono"
        )
        silence.sample_rate, silence.pts = 16_000, 0
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
    return path


def remux(source: Path, target: Path, *, skip: int = 0, shift: int = 0) -> Path:
    """Copies the packets without the first `skip`, their times moved by `shift` ticks."""
    with av.open(str(source)) as theirs, av.open(str(target), "w") as ours:
        stream = ours.add_stream_from_template(theirs.streams.video[0])
        for number, packet in enumerate(theirs.demux(theirs.streams.video[0])):
            if packet.size and number >= skip:
                assert packet.pts is not None
                assert packet.dts is not None
                packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                packet.stream = stream
                ours.mux(packet)
    return target


def turn(path: Path, matrix: tuple[int, int, int, int]) -> Path:
    """Writes (a, b, c, d) into the track's display matrix of an MP4 (ISO/IEC 14496-12, tkhd)."""
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4 + 40
    a, b, c, d = matrix
    numbers = [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30]
    data[start : start + 36] = b"".join(n.to_bytes(4, "big", signed=True) for n in numbers)
    path.write_bytes(data)
    return path


def encrypted_webm(path: Path) -> Path:
    """A Matroska file whose only track declares encryption (ContentEncodings), with one block."""
    encryption = _element(0x5035, _element(0x47E1, b"\x05") + _element(0x47E2, b"key-0123456789ab"))
    encoding = _element(
        0x6240,
        _element(0x5031, b"\x00")
        + _element(0x5032, b"\x01")
        + _element(0x5033, b"\x01")
        + encryption,
    )
    track = _element(
        0xAE,
        _element(0xD7, b"\x01")
        + _element(0x73C5, b"\x01")
        + _element(0x83, b"\x01")
        + _element(0x86, b"V_VP8")
        + _element(0xE0, _element(0xB0, b"\x40") + _element(0xBA, b"\x30"))
        + _element(0x6D80, encoding),
    )
    block = _element(0xA3, b"\x81\x00\x00\x80" + bytes(64))
    segment = (
        _element(0x1549A966, _element(0x2AD7B1, (1_000_000).to_bytes(3, "big")))
        + _element(0x1654AE6B, track)
        + _element(0x1F43B675, _element(0xE7, b"\x00") + block)
    )
    head = _element(0x1A45DFA3, _element(0x4282, b"webm") + _element(0x4287, b"\x04"))
    path.write_bytes(head + _element(0x18538067, segment))
    return path


def _element(kind: int, body: bytes) -> bytes:
    """An EBML element with an eight-byte length (RFC 8794)."""
    name = kind.to_bytes((kind.bit_length() + 7) // 8, "big")
    return name + b"\x01" + len(body).to_bytes(7, "big") + body
