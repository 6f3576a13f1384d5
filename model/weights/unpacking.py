"""Unpacks a weight file from elsewhere within bounds, before anything understands what is in it.

A few bytes can say that they become very many (an archive that is compressed, whose entries share
bytes or come twice), and a few hundred kilobytes of pickle can keep a reader busy for minutes.
What `torch.load` gets from here is a copy in memory that holds only what `torch.save` writes.
"""

from __future__ import annotations

import io
import re
import shutil
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from model.errors import CheckpointError

MOST_BYTES = 1 << 30  # unpacked; the largest published network takes 0.13 GB, in training 0.4
MOST_GROWTH = 10  # times the file's size; numbers that were trained hardly get smaller
ROOM = 1 << 20  # that a small file may grow by whatever its size
MOST_ENTRIES = 20_000  # one for each tensor; the largest network in training has some 3,000
MOST_PICKLE = 32 << 20  # of the part that names the tensors; usually well below 1 MB
MOST_DIRECTORY = 4 << 20  # bytes in which the archive lists its entries
HEADER, END, END64, LOCATOR64 = 30, 22, 56, 20  # bytes of an archive's records
FARTHEST_END = 0xFFFF + END + END64 + LOCATOR64  # a comment may follow

# What torch.save writes into its archive, below one folder; the numbers are tensors.
KNOWN = re.compile(
    r"data\.pkl|version|byteorder|\.format_version|\.storage_alignment|"
    r"\.data/serialization_id|data/[0-9]{1,9}"
)


def read_bounded(path: Path) -> io.BytesIO:
    """The file, repacked if it is an archive. Raises `CheckpointError`, `OSError`, `BadZipFile`."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise _too_large(path)
    with path.open("rb") as file:
        if zipfile.is_zipfile(file):
            _check_directory(file, path, size)
            with zipfile.ZipFile(file) as archive:
                return _repacked(archive, path, size)
        file.seek(0)
        return io.BytesIO(file.read(MOST_BYTES))


def check_sizes(entries: Iterable[zipfile.ZipInfo], path: Path, size: int) -> None:
    """Raises `CheckpointError` if an archive of `size` bytes says of itself what cannot be true."""
    known = sorted(entries, key=lambda entry: entry.header_offset)
    if len(known) > MOST_ENTRIES:
        raise _strange(path, f"it has {len(known):,} parts")
    unpacked = sum(entry.file_size for entry in known)
    if unpacked > MOST_BYTES or unpacked > MOST_GROWTH * size + ROOM:
        raise _strange(
            path, f"its {size / 1e6:.1f} MB would unpack to {unpacked / 1e6:,.0f} MB or more"
        )
    names = {_inner(entry).lower() for entry in known}
    if len(names) != len(known):
        raise _strange(path, "two of its parts have the same name")
    ends = [e.header_offset + HEADER + len(e.filename) + e.compress_size for e in known]
    begins = [entry.header_offset for entry in known[1:]] + [size]
    if any(end > begin for end, begin in zip(ends, begins, strict=True)):
        raise _strange(path, "its parts overlap")
    if any(e.file_size > MOST_PICKLE for e in known if e.filename.endswith(".pkl")):
        raise _strange(path, "the list of its weights is too long")


def _check_directory(file: IO[bytes], path: Path, size: int) -> None:
    """Raises `CheckpointError` if the list of parts is too long to be read; `zipfile` reads it all.

    The end record is looked for where `zipfile` does (APPNOTE.TXT 4.3.14 to 4.3.16).
    """
    file.seek(max(0, size - FARTHEST_END))
    tail = file.read(FARTHEST_END)
    alone = tail[-END:].startswith(b"PK\5\6") and tail.endswith(b"\0\0")
    at = len(tail) - END if alone else tail.rfind(b"PK\5\6")
    (length,) = struct.unpack_from("<L", tail, at + 12)
    end64 = tail[max(0, at - LOCATOR64 - END64) : max(0, at - LOCATOR64)]
    if end64.startswith(b"PK\6\6"):
        (length,) = struct.unpack_from("<Q", end64, 40)
    if length > MOST_DIRECTORY:
        raise _strange(path, "it has too many parts")


def _inner(entry: zipfile.ZipInfo) -> str:
    """The name below the folder that everything is in."""
    return entry.filename.partition("/")[2] or entry.filename


def _repacked(archive: zipfile.ZipFile, path: Path, size: int) -> io.BytesIO:
    """Only the known parts, uncompressed and each once, as every reader understands them alike."""
    check_sizes(archive.infolist(), path, size)
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as clean:
        for entry in archive.infolist():
            name = _inner(entry)
            if not KNOWN.fullmatch(name):
                continue
            target = zipfile.ZipInfo(f"archive/{name}")
            with archive.open(entry) as source, clean.open(target, "w") as sink:
                shutil.copyfileobj(source, sink)
    copy.seek(0)
    return copy


def _too_large(path: Path) -> CheckpointError:
    return CheckpointError(
        f"{path.name} is larger than {MOST_BYTES / 1e9:.1f} GB, and no network that is known here "
        "is; it was not imported."
    )


def _strange(path: Path, what: str) -> CheckpointError:
    return CheckpointError(
        f"{path.name} is no weight file as PyTorch writes them: {what}. It was not imported; get "
        "it again from a source that you trust."
    )
