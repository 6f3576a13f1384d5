"""Fixtures for the tests of the server."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB, where this process may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=4m", "none", str(folder)], capture_output=True
    )
    if not made or made.returncode != 0:
        pytest.skip("no small disk: this process may not mount one")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
