"""What the structure of a file says before FFmpeg sees it: that it breaks off, or is a still."""

from __future__ import annotations

import os

EBML, SEGMENT = 0x1A45DFA3, 0x18538067  # Matroska and WebM, RFC 9559
PNG = b"\x89PNG\r\n\x1a\n"
MAX_BOXES = 10_000  # looked at in one file


def is_cut_off(descriptor: int) -> bool:
    """Whether a part of an MP4, MOV, MKV or WebM file reaches beyond the end of the file.

    Other kinds, and files whose parts have no stated size (live recordings), answer no.
    """
    end = os.lseek(descriptor, 0, os.SEEK_END)
    head = _read(descriptor, 0, 4)
    if int.from_bytes(head, "big") == EBML:
        return _segment_is_cut(descriptor, end)
    return _boxes_are_cut(descriptor, end)


def is_still_png(descriptor: int) -> bool:
    """Whether a PNG file has no chunk of animation control before its first data."""
    start = len(PNG)
    if _read(descriptor, 0, start) != PNG:
        return False
    for _ in range(MAX_BOXES):
        header = _read(descriptor, start, 8)
        if len(header) < 8 or header[4:] == b"acTL":
            return False
        if header[4:] == b"IDAT":
            return True
        start += int.from_bytes(header[:4], "big") + 12
    return False


def _boxes_are_cut(descriptor: int, end: int) -> bool:
    """ISO/IEC 14496-12: a size of 32 bits, a type; size 1 means 64 bits follow, 0 up to the end."""
    start = 0
    for _ in range(MAX_BOXES):
        header = _read(descriptor, start, 16)
        if len(header) < 8 or not header[4:8].isalnum():
            return False
        size, least = int.from_bytes(header[:4], "big"), 8
        if size == 1 and len(header) == 16:
            size, least = int.from_bytes(header[8:], "big"), 16
        if size < least:
            return False
        start += size
        if start > end:
            return True
    return False


def _segment_is_cut(descriptor: int, end: int) -> bool:
    header = _read(descriptor, 4, 8)
    _, length, size = _variable(header)
    start = 4 + length + size
    header = _read(descriptor, start, 12)
    if int.from_bytes(header[:4], "big") != SEGMENT:
        return False
    is_known, length, size = _variable(header[4:])
    return is_known and start + 4 + length + size > end


def _variable(data: bytes) -> tuple[bool, int, int]:
    """(whether it is known, bytes that it takes, value) of an EBML number of variable size."""
    if not data or not data[0]:
        return False, 0, 0
    length = 9 - data[0].bit_length()
    bits = 7 * length
    value = int.from_bytes(data[:length], "big") & ((1 << bits) - 1)
    return value != (1 << bits) - 1, length, value


def _read(descriptor: int, position: int, size: int) -> bytes:
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.read(descriptor, size)
