"""What the structure of a file says by itself: that it breaks off, or is a single picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from model.video.encryption import mp4_is_encrypted
from model.video.whole import MAX_BOXES, PNG, is_cut_off, is_still_png
from tests.model.video.making import write_video

EBML = bytes.fromhex("1a45dfa3")
SEGMENT = bytes.fromhex("18538067")


def asked(question: Callable[[int], bool], data: bytes, folder: Path) -> bool:
    """What is said of a file with these bytes."""
    path = folder / "file"
    path.write_bytes(data)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return question(descriptor)
    finally:
        os.close(descriptor)


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + bytes(4)


def box(kind: bytes, body: bytes = b"", *, size: int | None = None) -> bytes:
    return (len(body) + 8 if size is None else size).to_bytes(4, "big") + kind + body


@pytest.mark.parametrize(
    ("data", "still"),
    [
        (PNG + chunk(b"IHDR", bytes(13)) + chunk(b"IDAT", b"x"), True),
        (PNG + chunk(b"IHDR", bytes(13)) + chunk(b"acTL", bytes(8)) + chunk(b"IDAT"), False),
        (PNG + chunk(b"IHDR", bytes(13)), False),
        (PNG + chunk(b"tEXt") * (MAX_BOXES + 1) + chunk(b"IDAT"), False),
        (b"GIF89a" + chunk(b"IDAT"), False),
    ],
    ids=["still", "animated", "broken", "endless", "another"],
)
def test_a_still_png_is_told_by_its_chunks(data: bytes, still: bool, tmp_path: Path) -> None:
    assert asked(is_still_png, data, tmp_path) == still


@pytest.mark.parametrize(
    ("data", "cut"),
    [
        (box(b"ftyp", bytes(8)) + box(b"mdat", bytes(8)), False),
        (box(b"ftyp", bytes(8)) + box(b"mdat", bytes(8), size=17), True),
        (box(b"ftyp") + box(b"mdat", (100).to_bytes(8, "big"), size=1), True),
        (box(b"ftyp") + box(b"mdat", (16).to_bytes(8, "big"), size=1), False),
        (box(b"ftyp") + box(b"mdat", bytes(8), size=0), False),
        (box(b"ftyp") + box(b"mdat", bytes(8), size=7), False),
        (box(b"free") * (MAX_BOXES + 1), False),
        (b"RIFF", False),
    ],
    ids=["whole", "cut", "large and cut", "large", "to the end", "nonsense", "endless", "short"],
)
def test_boxes_that_reach_beyond_the_end_are_seen(data: bytes, cut: bool, tmp_path: Path) -> None:
    assert asked(is_cut_off, data, tmp_path) == cut


@pytest.mark.parametrize(
    ("data", "cut"),
    [
        (EBML + b"\x80" + SEGMENT + b"\x88" + bytes(8), False),
        (EBML + b"\x80" + SEGMENT + b"\x89" + bytes(8), True),
        (EBML + b"\x80" + SEGMENT + b"\xff" + bytes(8), False),
        (EBML + b"\x80" + b"none" + b"\x89", False),
        (EBML, False),
        (EBML + b"\x00" + SEGMENT, False),
    ],
    ids=["whole", "cut", "live", "no segment", "head alone", "no number"],
)
def test_segments_that_reach_beyond_the_end_are_seen(
    data: bytes, cut: bool, tmp_path: Path
) -> None:
    assert asked(is_cut_off, data, tmp_path) == cut


def described(entry: bytes) -> bytes:
    """A file whose only track is described by this sample entry."""
    table = box(b"stsd", bytes(8) + entry)
    for kind in (b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        table = box(kind, table)
    return table


@pytest.mark.parametrize(
    ("data", "encrypted"),
    [
        (described(box(b"encv", bytes(8))), True),
        (described(box(b"avc1", bytes(8))), False),
        (described(box(b"avc1", bytes(8)) + box(b"encv", bytes(8))), True),
        (described(box(b"avc1", bytes(8), size=7)), False),
        (box(b"free", (24).to_bytes(8, "big") + bytes(8), size=1) + described(box(b"encv")), True),
        (box(b"moov", bytes(8), size=0), False),
        (box(b"moov", bytes(8), size=99), False),
    ],
    ids=["yes", "no", "second", "nonsense", "after a large box", "to the end", "beyond"],
)
def test_encryption_is_told_by_the_sample_entries(
    data: bytes, encrypted: bool, tmp_path: Path
) -> None:
    assert asked(mp4_is_encrypted, data, tmp_path) == encrypted


def test_a_file_that_shrinks_meanwhile_is_no_trouble(tmp_path: Path) -> None:
    """Nothing is read where the end was a moment ago."""
    path = write_video(tmp_path / "video.mp4")
    size = path.stat().st_size
    with path.open("rb") as file:
        seek = file.fileno()
        os.truncate(path, 4)
        assert size > 4
        assert not is_cut_off(seek)
        assert not mp4_is_encrypted(seek)
