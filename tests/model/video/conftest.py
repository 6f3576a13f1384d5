"""What tests of video reading share: nothing may be left over after any of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model.video.making import write_video


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """No decoding process, no thread of one, no open file remains."""
    files = _open_files()
    yield
    assert not [t for t in threading.enumerate() if t.name == "decoder-keeper"]
    assert not _decoders()
    assert _open_files() <= files


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def _decoders() -> list[int]:
    """Children of this process that decode."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            if b"model.video" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(int(pid))
    return found


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve numbered frames, H.264 in MP4, 25 a second."""
    return write_video(tmp_path_factory.mktemp("plain") / "plain.mp4")
