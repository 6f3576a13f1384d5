from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import BinaryIO

from storage.exchange import archive
from storage.exchange.archive import Member


def of(name: str, content: bytes, *, is_packed: bool = True) -> Member:
    return Member(name, len(content), lambda: io.BytesIO(content), is_packed)


def read(pieces: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pieces)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def test_everything_comes_out_as_it_went_in() -> None:
    content = {"ordnung/Übung.csv": b"a,b\r\n" * 1000, "leer": b"", "videos/x.mp4": bytes(3 << 20)}
    members = [of(name, data, is_packed=not name.endswith("4")) for name, data in content.items()]
    first = b"".join(archive.pieces(members))
    assert read(first) == content
    assert first == b"".join(archive.pieces(members))
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        kinds = {one.filename: one.compress_type for one in packed.infolist()}
    assert kinds["videos/x.mp4"] == zipfile.ZIP_STORED
    assert kinds["ordnung/Übung.csv"] == zipfile.ZIP_DEFLATED


def test_an_archive_of_nothing_can_be_opened() -> None:
    assert read(b"".join(archive.pieces([]))) == {}


class Zeros(io.RawIOBase):
    """A long file that is nowhere."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    def read(self, size: int = -1) -> bytes:
        given = min(size, self.left)
        self.left -= given
        return bytes(given)


def endless(size: int) -> BinaryIO:
    return Zeros(size)  # type: ignore[return-value]


def test_only_a_piece_is_in_memory() -> None:
    size = 64 << 20
    members = [Member(f"{n}.mp4", size, lambda: endless(size), False) for n in range(2)]
    tracemalloc.start()
    sent = sum(map(len, archive.pieces(members)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent > 2 * size
    assert peak < 8 * archive.PIECE


def test_files_of_more_than_four_gigabytes_fit(tmp_path: Path) -> None:
    size = (4 << 30) + 5
    path = tmp_path / "large.zip"
    tail = b""
    for piece in archive.pieces([Member("large.mp4", size, lambda: endless(size), False)]):
        tail = (tail + piece)[-4096:]
    del path
    assert b"PK\x06\x06" in tail, "the record of ZIP64 is missing"


def test_files_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"text")
    archive.write(tmp_path / "all.zip", {"deep/a.txt": tmp_path / "a.txt"})
    assert read((tmp_path / "all.zip").read_bytes()) == {"deep/a.txt": b"text"}
