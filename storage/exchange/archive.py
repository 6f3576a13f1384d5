"""Zip archives, written as they are sent: nothing but one piece of one file is in memory."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name
READABLE = 0o644 << 16
PIECE = 1 << 17  # bytes


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive. `open` may raise `NotFoundError`; `size` in bytes.

    Videos are stored as they are: they are compressed already.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    is_packed: bool = True


def write(target: Path, files: Mapping[str, Path]) -> None:
    """Writes an archive of these files, by their names in it."""
    with target.open("wb") as whole:
        for piece in pieces(member_of(name, path) for name, path in files.items()):
            whole.write(piece)
        whole.flush()
        os.fsync(whole.fileno())


def member_of(name: str, path: Path) -> Member:
    """A file of this machine."""
    return Member(name, path.stat().st_size, lambda: path.open("rb"))


def pieces(members: Iterable[Member]) -> Iterator[bytes]:
    """The archive in pieces, in the order of the members. The same members give the same bytes."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for member in members:
            with member.open() as source, packed.open(_entry(member), "w") as target:
                while piece := source.read(PIECE):
                    target.write(piece)
                    yield from sink.taken()
            yield from sink.taken()
    yield from sink.taken()


def _entry(member: Member) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(member.name, EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED if member.is_packed else zipfile.ZIP_STORED
    entry.external_attr = READABLE
    entry.file_size = member.size  # tells `zipfile` whether it needs room for more than 4 GB
    return entry


class _Sink(io.RawIOBase):
    """What `zipfile` writes to: keeps the pieces until they are taken, and cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> Iterator[bytes]:
        pieces, self._pieces = self._pieces, []
        yield from pieces
