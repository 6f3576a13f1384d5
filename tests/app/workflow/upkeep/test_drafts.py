"""What killed processes leave half-written goes, and nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from app.workflow.upkeep.drafts import sweep_drafts

LONG_AGO = time.time() - 25 * 3600
DRAFTS = [
    ".draft-x1y2",
    ".users-x1y2",
    ".second-look.sqlite3.0f.tmp",
    ".film.mp4.0f.part",
    "inside/.draft-x",
]
KEPT = ["weights.pth.part", "second-look.sqlite3", ".hidden", "draft-of-mine", "inside/x.tmp"]


def old_file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"begun")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.mark.parametrize("name", DRAFTS)
def test_an_old_draft_goes(tmp_path: Path, name: str) -> None:
    path = old_file(tmp_path / name)
    assert sweep_drafts([tmp_path], scratch=tmp_path / "none") == [path]
    assert not path.exists()


def test_what_is_being_written_and_what_is_whole_stay(tmp_path: Path) -> None:
    kept = [old_file(tmp_path / name) for name in KEPT]
    new = tmp_path / ".draft-new"
    new.write_bytes(b"begun just now")
    assert sweep_drafts([tmp_path], scratch=tmp_path / "none") == []
    assert all(path.exists() for path in (*kept, new))


def test_a_draft_folder_lives_as_long_as_the_files_in_it(tmp_path: Path) -> None:
    inside = old_file(tmp_path / ".draft-model" / "network.xml")
    os.utime(inside.parent, (LONG_AGO, LONG_AGO))
    (inside.parent / "network.bin").write_bytes(b"just now")
    os.utime(inside.parent, (LONG_AGO, LONG_AGO))
    assert sweep_drafts([tmp_path], scratch=tmp_path / "none") == []
    os.utime(inside.parent / "network.bin", (LONG_AGO, LONG_AGO))
    assert sweep_drafts([tmp_path], scratch=tmp_path / "none") == [inside.parent]


def test_old_temporary_files_go_and_other_folders_stay(tmp_path: Path) -> None:
    path = old_file(tmp_path / "scratch" / "tmp1x2y3z4w" / "film.mp4").parent
    other = old_file(tmp_path / "scratch" / "gradio" / "film.mp4").parent
    for folder in (path, other):
        os.utime(folder, (LONG_AGO, LONG_AGO))
    assert sweep_drafts([], scratch=tmp_path / "scratch") == [path]
