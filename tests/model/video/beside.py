"""Films with something beside the picture: text, data, chapters, attachments, a still, sounds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame

from tests.model.video.making import numbered

SIZE = (64, 48)
RATE = 25
ASS_HEADER = (
    b"[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\n"
    b"Style: Default,Arial,16\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
)
VOBSUB_HEADER = b"size: 64x48\npalette: " + b", ".join([b"000000"] * 16) + b"\n"
PGS = bytes.fromhex("5047 00000000 00000000 80 0000".replace(" ", ""))

TEXTS: dict[str, tuple[str, str, bytes, bytes]] = {
    # name: ending, FFmpeg's codec, header, one packet; never decoded, so any bytes do
    "mov_text in MP4": ("mp4", "mov_text", bytes(48), b"\x00\x05hello"),
    "mov_text in MOV": ("mov", "mov_text", bytes(48), b"\x00\x05hello"),
    "SubRip": ("mkv", "subrip", b"", b"hello"),
    "WebVTT": ("webm", "webvtt", b"", b"hello"),
    "ASS": ("mkv", "ass", ASS_HEADER, b"0,0,Default,,0,0,0,,hello"),
    "PGS": ("mkv", "hdmv_pgs_subtitle", b"", PGS),
    "VobSub": ("mkv", "dvd_subtitle", VOBSUB_HEADER, bytes(16)),
    "DVB": ("mkv", "dvb_subtitle", bytes(5), bytes(16)),
}


def write_film(
    path: Path,
    before: Callable[[OutputContainer], Any] = lambda _: None,
    after: Callable[[OutputContainer, Any], None] = lambda *_: None,
    *,
    frames: int = 12,
) -> Path:
    """A film of numbered frames. `before` adds tracks, `after` fills what it returned."""
    codec = "libvpx" if path.suffix == ".webm" else "libx264"
    with av.open(str(path), "w") as container:
        film: Any = container.add_stream(codec, rate=RATE)
        film.width, film.height = SIZE
        film.pix_fmt = "yuv420p"
        added = before(container)
        for index in range(frames):
            container.mux(film.encode(picture(index)))
        container.mux(film.encode(None))
        after(container, added)
    return path


def picture(index: int, size: tuple[int, int] = SIZE) -> VideoFrame:
    """The numbered frame at its time, 25 a second."""
    frame = VideoFrame.from_ndarray(numbered(index, size), format="rgb24")
    frame = frame.reformat(format="yuv420p")
    frame.pts, frame.time_base = index, Fraction(1, RATE)
    return frame


def write_with_text(folder: Path, name: str) -> Path:
    """A film with one subtitle track of `TEXTS`."""
    ending, codec, header, data = TEXTS[name]

    def before(container: OutputContainer) -> Any:
        stream: Any = container.add_mux_stream(codec)
        stream.time_base = Fraction(1, 1000)
        if header:
            stream.extradata = header
        return stream

    return write_film(
        folder / f"text.{ending}", before, lambda container, stream: mux(container, stream, data)
    )


def mux(container: OutputContainer, stream: Any, data: bytes, *, at_ms: int = 0) -> None:
    """Writes one packet that lasts 200 ms."""
    packet = av.Packet(data)
    packet.stream, packet.time_base = stream, Fraction(1, 1000)
    packet.pts = packet.dts = at_ms
    packet.duration = 200
    packet.is_keyframe = True
    container.mux(packet)


def write_with_sounds(path: Path, tracks: int, *, seconds: float = 0.48) -> Path:
    """A film with `tracks` tracks of silence beside it."""

    def before(container: OutputContainer) -> Any:
        return [container.add_stream("aac", rate=16_000, layout="mono") for _ in range(tracks)]

    def after(container: OutputContainer, sounds: Any) -> None:
        for sound in sounds:
            for start in range(0, round(seconds * 16_000), 1024):
                frame = av.AudioFrame.from_ndarray(
                    np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
                )
                frame.sample_rate, frame.pts = 16_000, start
                container.mux(sound.encode(frame))
            container.mux(sound.encode(None))

    return write_film(path, before, after)
