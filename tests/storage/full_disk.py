"""Disks that become full: a small one of our own, or a limit on the size of files."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, *, kilobytes: int) -> Iterator[Path]:
    """A disk of that size, mounted at `folder`; skips the test where that is not allowed."""
    folder.mkdir()
    options = ("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder))
    if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root, outside most containers")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """While the block runs, writing more than `size` bytes to a file fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill_up(folder: Path, *, leave: int) -> Path:
    """A file that leaves only `leave` bytes free."""
    path = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    path.write_bytes(b"\0" * max(0, free - leave))
    return path


def files_in(folder: Path) -> set[str]:
    """All files below `folder`, by name."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
