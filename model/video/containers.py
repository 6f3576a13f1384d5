"""The kinds of files that are read here: how they begin, how they are called, who takes them apart.

This is the one list of them. A file is told by its first bytes; its name only helps people to find
it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

WEBP = "webp"  # FFmpeg has no demuxer for moving ones; `webp.py` stands in for it
HEAD_SIZE = 1024  # bytes that tell the kind; enough for five packets of a transport stream
ISO_MEDIA_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"}
ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
TS_SYNC, TS_PACKETS = 0x47, 5  # ISO/IEC 13818-1; so many packets must begin with the byte
TS_LAYOUTS = ((0, 188), (4, 192))  # (first packet, distance): broadcasts and recorders; camcorders


@dataclass(frozen=True, slots=True)
class Container:
    """`name` here, FFmpeg's `demuxer`, the `endings` of such files and their MIME type."""

    name: str
    demuxer: str
    endings: tuple[str, ...]
    content_type: str
    begins: Callable[[bytes], bool]


def _is_iso(head: bytes) -> bool:
    return head[4:8] in ISO_MEDIA_BOXES


def _is_webm(head: bytes) -> bool:
    return _is_matroska(head) and b"webm" in head[:64]


def _is_matroska(head: bytes) -> bool:
    return head.startswith(b"\x1aE\xdf\xa3")


def _is_avi(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"AVI "


def _is_gif(head: bytes) -> bool:
    return head[:6] in {b"GIF87a", b"GIF89a"}


def _is_transport_stream(head: bytes) -> bool:
    return any(
        head[first : first + TS_PACKETS * distance : distance] == bytes([TS_SYNC] * TS_PACKETS)
        for first, distance in TS_LAYOUTS
    )


def _is_program_stream(head: bytes) -> bool:
    return head.startswith(b"\x00\x00\x01\xba")


def _is_asf(head: bytes) -> bool:
    return head.startswith(ASF_HEADER)


def _is_flv(head: bytes) -> bool:
    return head.startswith(b"FLV\x01")


def _is_dv(head: bytes) -> bool:
    """A header section, sequence 0 (IEC 61834-2)."""
    return len(head) > 80 and head[0] == 0x1F and head[1] & 0xF0 == 0 and head[2] == 0


def _is_png(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n")


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


CONTAINERS = (
    Container("mp4", "mp4", (".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2"), "video/mp4", _is_iso),
    Container("webm", "matroska", (".webm",), "video/webm", _is_webm),
    Container("mkv", "matroska", (".mkv",), "video/x-matroska", _is_matroska),
    Container("avi", "avi", (".avi",), "video/x-msvideo", _is_avi),
    Container("ts", "mpegts", (".ts", ".mts", ".m2ts"), "video/mp2t", _is_transport_stream),
    Container("mpg", "mpeg", (".mpg", ".mpeg", ".vob"), "video/mpeg", _is_program_stream),
    Container("wmv", "asf", (".wmv", ".asf"), "video/x-ms-wmv", _is_asf),
    Container("flv", "flv", (".flv",), "video/x-flv", _is_flv),
    Container("dv", "dv", (".dv",), "video/x-dv", _is_dv),
    Container("gif", "gif", (".gif",), "image/gif", _is_gif),
    Container("png", "apng", (".png", ".apng"), "image/png", _is_png),
    Container("webp", WEBP, (".webp",), "image/webp", _is_webp),
)
DEMUXERS = {container.name: container.demuxer for container in CONTAINERS}
CONTENT_TYPES = {container.name: container.content_type for container in CONTAINERS}
ENDINGS = tuple(ending for container in CONTAINERS for ending in container.endings)


def container_of(head: bytes) -> str | None:
    """The name of the container by the first bytes of a file; None if it is not read here."""
    return next((one.name for one in CONTAINERS if one.begins(head)), None)
