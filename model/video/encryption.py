"""Finds copy protection that FFmpeg does not report: MP4 tracks stored as `encv`."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

TRACK_PATH = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
MAX_BOXES = 10_000  # visited in one file
SAMPLE_DESCRIPTION_HEADER = 16  # stsd: size, type, version and flags, number of entries


def mp4_is_encrypted(descriptor: int) -> bool:
    """Whether a video track is declared encrypted (ISO/IEC 23001-7, `encv` sample entry).

    Other containers and damaged files answer no.
    """
    end = os.lseek(descriptor, 0, os.SEEK_END)
    budget = iter(range(MAX_BOXES))
    return any(
        _has_encrypted_entry(descriptor, table) for table in _tables(descriptor, end, budget)
    )


def _tables(descriptor: int, end: int, budget: Iterator[int]) -> Iterator[tuple[int, int]]:
    """(start, end) of each `stsd` box of the file."""
    spans = [(0, end)]
    for name in TRACK_PATH:
        spans = [
            (body, stop)
            for span in spans
            for kind, body, stop in _boxes(descriptor, *span, budget)
            if kind == name
        ]
    for span in spans:
        for kind, body, stop in _boxes(descriptor, *span, budget):
            if kind == b"stsd":
                yield body - 8, stop


def _boxes(
    descriptor: int, start: int, end: int, budget: Iterator[int]
) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of the body, end) of the boxes between two positions."""
    while start + 8 <= end and next(budget, None) is not None:
        header = _read(descriptor, start, 16)
        size, body = int.from_bytes(header[:4], "big"), start + 8
        if size == 1 and len(header) == 16:
            size, body = int.from_bytes(header[8:], "big"), start + 16
        stop = end if size == 0 else start + size
        if not body <= stop <= end:
            return
        yield header[4:8], body, stop
        start = stop


def _has_encrypted_entry(descriptor: int, table: tuple[int, int]) -> bool:
    start, end = table
    position = start + SAMPLE_DESCRIPTION_HEADER
    header = _read(descriptor, position, 8)
    while len(header) == 8 and position + 8 <= end:
        size, kind = struct.unpack(">I4s", header)
        if kind == b"encv":
            return True
        if size < 8:
            return False
        position += size
        header = _read(descriptor, position, 8)
    return False


def _read(descriptor: int, position: int, size: int) -> bytes:
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.read(descriptor, size)
