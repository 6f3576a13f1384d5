"""`second-look add`: videos, folders and ZIP files of this machine, told line by line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.settings import Settings, whole_environment
from app.wiring import build
from app.workflow.videos import browse
from tests.app.workflow.bringing.packing import pack, small_videos


def run(settings: Settings, *given: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", "add", *map(str, given)],
        env=whole_environment(settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_files_folders_and_archives_are_added_once(settings: Settings, tmp_path: Path) -> None:
    made = small_videos(tmp_path / "made", 3)
    archive = pack(tmp_path / "more.zip", {"a.mp4": made[0], "notes.txt": b"hello"})
    ran = run(settings, made[0], tmp_path / "made", archive, "--by", "Uma")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == [
        "clip 000.mp4: 1 added.",
        "made: 2 added, 1 here already.",
        "more.zip: 0 added, 1 here already, 1 left out.",
    ]
    assert "notes.txt: This is no video, so it is left out." in ran.stderr
    rows = browse.videos(build(settings)).rows
    assert sorted(row.name for row in rows) == [path.name for path in made]
    assert archive.exists()


def test_what_cannot_be_added_is_told_by_the_exit_code(settings: Settings, tmp_path: Path) -> None:
    (video,) = small_videos(tmp_path / "made", 1)
    broken = tmp_path / "made" / "broken.mp4"
    broken.write_bytes(video.read_bytes()[:200])
    ran = run(settings, tmp_path / "made")
    assert ran.returncode == 3
    assert "made: 1 added, 1 failed." in ran.stdout
    assert run(settings, broken).returncode == 2
    ran = run(settings, tmp_path / "none")
    assert ran.returncode == 2
    assert "There is no file or folder" in ran.stderr
