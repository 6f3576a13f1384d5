"""Clears Gradio's folder of what nobody came back for."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread

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
