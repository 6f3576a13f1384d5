"""Putting a finished file in its place so that a crash leaves the old one or the new one."""

from __future__ import annotations

import os
from pathlib import Path


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
