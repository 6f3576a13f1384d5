"""Real files, and small ones that once failed: each is covered as long as players play it."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from model.errors import VideoError
from model.video.facts import VideoInfo
from model.video.reader import VideoReader
from tests.model.video.players import TENTH_S, check_covered


@pytest.mark.shared
def test_small_inputs_are_read_as_long_as_they_last(shared_dir: Path) -> None:
    folder = shared_dir / "field"
    rows = list(csv.DictReader((folder / "list.csv").read_text().splitlines()))
    assert len(rows) >= 20
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda row: lasting(folder / row["file"]), rows))
    for row, seconds in zip(rows, found, strict=True):
        assert seconds == pytest.approx(float(row["seconds"]), abs=TENTH_S), row["file"]


def lasting(path: Path) -> float:
    """How long a video lasts, after all its frames were read."""
    with VideoReader(path) as reader:
        frames = sum(1 for _ in reader.frames(range(reader.info.frames), short_side=32))
        assert frames == reader.info.frames
        assert "could not be decoded" not in " ".join(reader.notes), path.name
        assert reader.isolation.level == "full"
        return reader.info.duration_s


@pytest.mark.shared
def test_real_files_are_covered_as_long_as_players_play(shared_dir: Path) -> None:
    """Others, which are also read whole, are compared in `test_odd.py`."""
    files = [
        path for path in sorted((shared_dir / "data" / "actions").rglob("*")) if path.is_file()
    ]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(_info, files[::10]))
    check_covered(dict(zip(files[::10], found, strict=True)))


def _info(path: Path) -> VideoInfo | None:
    """None if it is refused."""
    try:
        with VideoReader(path) as reader:
            return reader.info
    except VideoError:
        return None
