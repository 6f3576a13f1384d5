"""A ZIP file of videos, which may come from anybody: nothing of it is written under its own names.

Members are read one by one, as streams. What an archive announces is checked before anything is
unpacked, and `zipfile` gives no more bytes of a member than it announced.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from app.workflow.errors import CannotBring
from storage.records.batches import NewFile

MOST_FILES = 10_000
MOST_DIRECTORY_BYTES = 32 << 20  # the list of its members, which is read into memory
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
ENCRYPTED = 0x1  # bit of a member's flags
# The end of the list of members, in 32 and in 64 bits (APPNOTE.TXT 4.3.16, 4.3.15, 4.3.14).
END, LOCATOR, END_64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
END_SIZE, LOCATOR_SIZE, LONGEST_COMMENT = 22, 20, 0xFFFF
UNKNOWN_32 = 0xFFFFFFFF
BROKEN = "This ZIP file is damaged or not complete. Make it again and send it once more."


def members(path: Path, *, max_bytes: int) -> list[NewFile]:
    """The files in an archive, in its order; those that cannot be taken say why.

    Together they may hold `max_bytes`. Raises `CannotBring`.
    """
    with _opened(path) as archive:
        found = [one for one in archive.infolist() if not one.is_dir() and _is_meant(one.filename)]
    if not found:
        raise CannotBring("There is no file in this ZIP file.")
    if len(found) > MOST_FILES:
        raise CannotBring(
            f"There are {len(found)} files in this ZIP file; at most {MOST_FILES} can be taken."
            " Make several of it."
        )
    if sum(one.file_size for one in found) > max_bytes:
        raise CannotBring(
            f"Unpacked, this ZIP file is larger than {max_bytes >> 20} MiB. Make several of it."
        )
    if all(one.flag_bits & ENCRYPTED for one in found):
        raise CannotBring("This ZIP file is locked with a password. Make one without.")
    names: set[str] = set()
    return [_new_file(one, names) for one in found]


@contextmanager
def member(path: Path, name: str) -> Iterator[BinaryIO]:
    """A member as a stream. Raises `CannotBring` if it cannot be read, also while it is."""
    with _opened(path) as archive:
        try:
            with archive.open(name) as stream:
                yield stream  # type: ignore[misc]  # it reads as one
        except KeyError as error:
            raise CannotBring("This file is not in the ZIP file any more.") from error
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
            raise CannotBring("This file is damaged inside the ZIP file.") from error


def _new_file(one: zipfile.ZipInfo, names: set[str]) -> NewFile:
    problem = _problem(one, names)
    names.add(one.filename)
    size = one.file_size
    if problem:
        return NewFile(one.filename, size, state="failed", sentence=problem)
    if one.filename.lower().endswith(ARCHIVES):
        sentence = "An archive inside the ZIP file; send it by itself."
        return NewFile(one.filename, size, state="skipped", sentence=sentence)
    return NewFile(one.filename, size)


def _problem(one: zipfile.ZipInfo, names: set[str]) -> str:
    """Why a member cannot be taken; "" if nothing speaks against it."""
    if one.filename in names:
        return "The ZIP file has two files of this name."
    if leads_out(one.filename):
        return "Its name leads out of the ZIP file."
    if stat.S_ISLNK(one.external_attr >> 16):
        return "This is a link, not a file."
    if one.flag_bits & ENCRYPTED:
        return "This file is locked with a password."
    return ""


def leads_out(name: str) -> bool:
    """Whether a path names something outside the folder that it is relative to."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[0][1:2]


def _is_meant(name: str) -> bool:
    """False for what systems add by themselves, such as `__MACOSX/` and `.DS_Store`."""
    parts = PurePosixPath(name).parts
    return parts[:1] != ("__MACOSX",) and (leads_out(name) or not parts[-1].startswith("."))


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Raises `CannotBring` for what is no archive, or has too long a list of members."""
    try:
        if _directory_bytes(path) > MOST_DIRECTORY_BYTES:
            raise CannotBring("This ZIP file lists too many files. Make several of it.")
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        raise CannotBring("The ZIP file is not here any more. Send it again.") from error
    except (zipfile.BadZipFile, struct.error, ValueError) as error:
        raise CannotBring(BROKEN) from error


def _directory_bytes(path: Path) -> int:
    """How long the list of members is, as the end of the file says. Raises `CannotBring`."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(size - END_SIZE - LOCATOR_SIZE - LONGEST_COMMENT, 0)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(END)
        if at < 0:
            raise CannotBring(BROKEN)
        (length,) = struct.unpack_from("<I", tail, at + 12)
        before = at - LOCATOR_SIZE
        if before < 0 or tail[before : before + 4] != LOCATOR:
            return int(length)
        (end_64,) = struct.unpack_from("<Q", tail, before + 8)
        file.seek(end_64)
        head = file.read(56)
    if head[:4] != END_64:
        return int(length) if length != UNKNOWN_32 else MOST_DIRECTORY_BYTES + 1
    (length_64,) = struct.unpack_from("<Q", head, 40)
    return max(int(length) if length != UNKNOWN_32 else 0, int(length_64))
