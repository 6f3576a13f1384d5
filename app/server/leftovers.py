"""Deletes uploads that were never used, and files that a killed server left half-written."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import anyio.to_thread

from app.workflow.upkeep.drafts import TEMPORARY

SWEEP_EVERY_S = 600.0
log = logging.getLogger(__name__)


def sweep(folder: Path, *, older_than_s: float) -> int:
    """Deletes the files below `folder` that nobody touched for so long, and folders left empty.

    Returns how many files went. Follows no links.
    """
    if not folder.is_dir():
        return 0
    before = time.time() - older_than_s
    gone = 0
    # Deepest first, so that a folder is empty by the time it is looked at.
    for path in sorted(folder.rglob("*"), reverse=True):
        try:
            if path.lstat().st_ctime > before:  # copies may carry an old mtime
                continue
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink()
                gone += 1
        except OSError:  # in use again, or already gone
            log.debug("left alone: %s", path, exc_info=True)
    return gone


@contextmanager
def alone(lock: Path) -> Iterator[bool]:
    """True if no other server works in this data folder; nobody else is told so meanwhile.

    The system gives the lock up when the process ends, however it ends.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_alone = True
    except BlockingIOError:
        is_alone = False
    try:
        yield is_alone
    finally:
        os.close(handle)


def clear_unfinished(folder: Path) -> int:
    """Deletes uploads that were not complete, and files made for a person who has not come.

    Returns how many. Only for a server that is alone and has not begun to serve.
    """
    if not folder.is_dir():
        return 0
    gone = [path for path in folder.iterdir() if TEMPORARY.fullmatch(path.name)]
    for path in gone:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(gone)


@asynccontextmanager
async def janitor(folder: Path, *, older_than_s: float) -> AsyncIterator[None]:
    """Sweeps `folder` now and every ten minutes, until the block is left."""

    async def work() -> None:
        while True:
            await anyio.to_thread.run_sync(lambda: sweep(folder, older_than_s=older_than_s))
            await asyncio.sleep(SWEEP_EVERY_S)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
