"""Putting a finished file in its place so that a crash leaves the old one or the new one."""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path

from storage.errors import NoSpaceError

FULL = "The disk is full. Free some space and try again."


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file that is there whole or not at all. Raises `NoSpaceError`."""
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with full_disk_said_plainly(), draft.open("xb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        place(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def place(draft: Path, path: Path) -> None:
    """Renames `draft`, already synced by whoever wrote it, to `path` on the same disk."""
    os.replace(draft, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_full_disk(error: BaseException) -> bool:
    """Whether this is one of the system's ways of saying that the disk is full."""
    return isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT, EFBIG)


@contextmanager
def full_disk_said_plainly() -> Iterator[None]:
    """Turns the system's ways of saying that the disk is full into `NoSpaceError`."""
    try:
        yield
    except OSError as error:
        if is_full_disk(error):
            raise NoSpaceError(FULL) from error
        raise


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Makes an empty file that says, while the block lasts, that somebody is at work.

    The system gives the claim up when the process ends, however it ends.
    """
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # Somebody who cleared away what is abandoned may have been faster than the claim.
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                try:
                    yield
                finally:
                    path.unlink(missing_ok=True)
                return
        finally:
            os.close(handle)


def remove_if_abandoned(path: Path) -> bool:
    """Removes a file that nobody claims any more; False if somebody does, or if it is gone."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
