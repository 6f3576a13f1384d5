"""How a stranger's file is opened with FFmpeg: the recipe that every decode here goes through.

Used inside the limited process only. The switches of `Guards` exist for the tests, which show
that each guard is needed by turning it off.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import av
import av.subtitles.stream  # PyAV imports it late, when no file can be opened any more
import av.subtitles.subtitle
from av.container import InputContainer
from av.video.stream import VideoStream

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif"
CODECS = "h264,hevc,vp8,vp9,av1,libdav1d,libvpx,libvpx-vp9,mpeg4,mjpeg,gif"
READ_SIZE = 1 << 18


class Refused(Exception):
    """The file cannot be used; `code` is the code of the error that the reader raises."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Guards:
    """What is allowed. `off` names guards to leave out; only tests fill it."""

    max_pixels: int
    max_frames: int
    off: frozenset[str] = field(default_factory=frozenset)

    def keep(self, name: str) -> bool:
        return name not in self.off


class NamelessFile:
    """An open descriptor without a name, so that FFmpeg cannot derive another path from it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self, size: int) -> bytes:
        return os.read(self._descriptor, size)

    def seek(self, offset: int, whence: int) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def tell(self) -> int:
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)


class NamedFile(NamelessFile):
    """The same with its name, which is what FFmpeg must not get: a control for the tests."""

    @property
    def name(self) -> str:
        return os.readlink(f"/proc/self/fd/{self._descriptor}")


@contextmanager
def opened(descriptor: int, guards: Guards) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its first moving picture, ready to decode from the beginning.

    Raises `Refused` or whatever FFmpeg raises on hostile bytes.
    """
    os.lseek(descriptor, 0, os.SEEK_SET)
    file = NamelessFile(descriptor) if guards.keep("nameless") else NamedFile(descriptor)
    pixels = {"max_pixels": str(guards.max_pixels)}
    container = av.open(
        file,
        mode="r",
        timeout=(5, 5),
        io_open=_deny if guards.keep("io_open") else None,
        metadata_errors="replace",
        buffer_size=READ_SIZE,
        options=pixels if guards.keep("probe_pixels") else {},
        container_options=_container_options(guards),
    )
    with container:
        stream = _moving_picture(container)
        _check_codec(stream, guards)
        stream.codec_context.options = _codec_options(guards, pixels)
        yield container, stream


def _container_options(guards: Guards) -> dict[str, str]:
    options = {
        "max_streams": "16",
        "probesize": "5000000",
        "analyzeduration": "5000000",
        "max_probe_packets": "500",
        "max_index_size": str(64 << 20),
    }
    if guards.keep("format_whitelist"):
        options["format_whitelist"] = FORMATS
    if guards.keep("codec_whitelist"):
        options["codec_whitelist"] = CODECS
    if guards.keep("protocol_whitelist"):
        options["protocol_whitelist"] = ""
    return options


def _codec_options(guards: Guards, pixels: dict[str, str]) -> dict[str, str]:
    options = {"threads" if guards.keep("spelling") else "treads": "1"}
    if guards.keep("decode_pixels"):
        options |= pixels
    if guards.keep("codec_whitelist"):
        options["codec_whitelist"] = CODECS
    return options


def _deny(*_: Any) -> NoReturn:
    raise PermissionError(errno.EPERM, "a video may not open other files")


def _moving_picture(container: InputContainer) -> VideoStream:
    for stream in container.streams.video:
        is_cover = stream.disposition & av.stream.Disposition.attached_pic
        if stream.codec_context is not None and not is_cover:
            return stream
    unknown = any(s.type == "video" and s.codec_context is None for s in container.streams)
    raise Refused("unsupported-codec" if unknown else "no-video-stream")


def _check_codec(stream: VideoStream, guards: Guards) -> None:
    context = stream.codec_context
    if guards.keep("codec_whitelist") and context.name not in CODECS.split(","):
        raise Refused("unsupported-codec", context.name)
    if "enc_key_id" in stream.metadata:
        raise Refused("encrypted")
    if guards.keep("stated_pixels") and context.width * context.height > guards.max_pixels:
        raise Refused("picture-too-large")
