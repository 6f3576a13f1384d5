"""Real files, and small ones that once failed: each is covered as long as players play it."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import pytest

from model.errors import VideoError
from model.video.claims import REPAIRED_TIMES
from model.video.reader import VideoReader

TENTH_S = 0.1
BROKEN = {"truncated_video1_100k.webm"}  # announces what it does not hold


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
@pytest.mark.parametrize("folder", ["clips", "odd", "actions"])
def test_real_files_are_covered_as_long_as_players_play(folder: str, shared_dir: Path) -> None:
    files = [path for path in sorted((shared_dir / "data" / folder).rglob("*")) if path.is_file()]
    if folder == "actions":
        files = files[::10]
    with ThreadPoolExecutor(2) as pool:
        differences = list(pool.map(_shorter_and_longer, files))
    checked = 0
    for path, found in zip(files, differences, strict=True):
        if found is None or path.name in BROKEN:
            continue
        checked += 1
        shorter, longer = found
        assert shorter <= TENTH_S, path.name
        assert longer <= TENTH_S, path.name
    assert checked >= 20


def _shorter_and_longer(path: Path) -> tuple[float, float] | None:
    """By how many seconds a video lasts shorter and longer than FFmpeg's players play it.

    None if it is refused. What repaired times make longer does not count.
    """
    try:
        with VideoReader(path) as reader:
            info = reader.info
    except VideoError:
        return None
    with av.open(str(path), metadata_errors="replace") as container:
        if not container.duration:
            return None
        end_s = ((container.start_time or 0) + container.duration) / av.time_base - info.start_s
    longer = 0.0 if REPAIRED_TIMES in info.notes else info.duration_s - end_s
    return end_s - info.duration_s, longer
