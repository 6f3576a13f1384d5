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
import av.subtitles.codeccontext  # PyAV imports these late, when no file can be opened any more
import av.subtitles.stream
import av.subtitles.subtitle
from av.container import InputContainer
from av.video.stream import VideoStream

from model.video.tracks import film_track, leave_others_out, picture_tracks, sound_track
from model.video.wire import MAX_TRACKS

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpegts,mpeg,asf,flv,dv,apng"
CODECS = (
    "h264,hevc,vp8,vp9,av1,libdav1d,libvpx,libvpx-vp9,mpeg4,mjpeg,gif,"
    "mpeg1video,mpeg2video,h263,flv,wmv1,wmv2,wmv3,vc1,msmpeg4v1,msmpeg4v2,msmpeg4,"
    "prores,dnxhd,dvvideo,ffv1,apng"
)
READ_SIZE = 1 << 18


class Refused(Exception):
    """The file cannot be used; `code` is the code of the error that the reader raises."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Guards:
    """What is allowed. `off` names guards to leave out; only tests fill it.

    `demuxer` is FFmpeg's name of the one that fits the file's first bytes; it alone sees the file.
    """

    max_pixels: int
    max_frames: int
    demuxer: str = ""
    off: frozenset[str] = field(default_factory=frozenset)

    def keep(self, name: str) -> bool:
        return name not in self.off

    def check_count(self, frames: int) -> None:
        """Raises `Refused` if there are more frames than allowed."""
        if frames > self.max_frames and self.keep("max_frames"):
            raise Refused("too-long")


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
def opened(
    descriptor: int, guards: Guards, track: int | None = None, *, with_sound: bool = False
) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its film, ready to decode from the beginning.

    `track` is the number of the film's track, if it is known from an earlier opening. All other
    tracks are left out, but for the packets of one with sound if wanted. Raises `Refused`
    or whatever FFmpeg raises on hostile bytes.
    """
    with _container(descriptor, guards) as container:
        stream = _known_film(container, track, guards)
        if stream is not None:
            sound = sound_track(container) if with_sound else None
            leave_others_out(container, stream, *([sound] if sound is not None else []))
            _check_stream(stream, guards)
            stream.codec_context.options = _codec_options(guards)
            yield container, stream
            return
        track = film_track(container, _readable(container, guards)).index
    with opened(descriptor, guards, track, with_sound=with_sound) as found:
        yield found


def _container(descriptor: int, guards: Guards) -> InputContainer:
    os.lseek(descriptor, 0, os.SEEK_SET)
    file = NamelessFile(descriptor) if guards.keep("nameless") else NamedFile(descriptor)
    return av.open(
        file,
        mode="r",
        format=guards.demuxer if guards.keep("demuxer") and guards.demuxer else None,
        timeout=(5, 5),
        io_open=_deny if guards.keep("io_open") else None,
        metadata_errors="replace",
        buffer_size=READ_SIZE,
        options=_pixel_limit(guards) if guards.keep("probe_pixels") else {},
        container_options=_container_options(guards),
    )


def _container_options(guards: Guards) -> dict[str, str]:
    options = {
        "max_streams": str(MAX_TRACKS),
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


def _codec_options(guards: Guards) -> dict[str, str]:
    options = {"threads" if guards.keep("spelling") else "treads": "1"}
    if guards.keep("decode_pixels"):
        options |= _pixel_limit(guards)
    if guards.keep("codec_whitelist"):
        options["codec_whitelist"] = CODECS
    return options


def _pixel_limit(guards: Guards) -> dict[str, str]:
    return {"max_pixels": str(guards.max_pixels)}


def _deny(*_: Any) -> NoReturn:
    raise PermissionError(errno.EPERM, "a video may not open other files")


def _known_film(container: InputContainer, track: int | None, guards: Guards) -> VideoStream | None:
    """The film's track; None if only reading on can tell which it is."""
    readable = _readable(container, guards)
    if track is not None:
        chosen = [stream for stream in readable if stream.index == track]
        if not chosen:
            raise Refused("damaged")
        return chosen[0]
    return readable[0] if len(readable) == 1 else None


def _readable(container: InputContainer, guards: Guards) -> list[VideoStream]:
    """The picture tracks in a kind of compression that is read here, the likeliest first."""
    tracks = picture_tracks(container)
    unknown = any(s.type == "video" and s.codec_context is None for s in container.streams)
    if not tracks:
        raise Refused("unsupported-codec" if unknown else "no-video-stream")
    if not guards.keep("codec_whitelist"):
        return tracks
    readable = [track for track in tracks if track.codec_context.name in CODECS.split(",")]
    if not readable:
        raise Refused("unsupported-codec", tracks[0].codec_context.name)
    return readable


def _check_stream(stream: VideoStream, guards: Guards) -> None:
    if "enc_key_id" in stream.metadata:
        raise Refused("encrypted")
    context = stream.codec_context
    if guards.keep("stated_pixels") and context.width * context.height > guards.max_pixels:
        raise Refused("picture-too-large")
