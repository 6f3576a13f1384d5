"""`predict` for folders and many videos: one table, a line for each that failed, an exit code."""

from __future__ import annotations

import csv
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.predict_many import remaining
from app.settings import whole_environment
from tests.app.cli.conftest import Give, Place
from tests.conftest import ROOT


@pytest.fixture
def folder(place: Place, tmp_path: Path) -> Path:
    """Three videos, one of them in a folder of its own and with a name that is a formula, and one
    file that is none."""
    folder = tmp_path / "films"
    (folder / "inner").mkdir(parents=True)
    shutil.copy(place.films[0].path, folder / "a.mp4")
    shutil.copy(place.films[1].path, folder / "inner" / "=cmd|x.mp4")
    (folder / "broken.mp4").write_bytes(place.films[0].path.read_bytes()[:300])
    (folder / "notes.txt").write_text("no video")
    return folder


def rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_becomes_one_table(
    give: Give, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "inner")  # so that a name begins as a formula does
    table = tmp_path / "table.csv"
    said = give(
        "predict", folder, "=cmd|x.mp4", "--model", "tiny", "--top", 2, "--json", "--csv", table
    )
    assert said.code == 3
    assert said.err.startswith(f"{folder}/broken.mp4: ")
    assert said.err.count("\n") == 1
    answers = {one["video"]: one for one in map(json.loads, said.out.splitlines())}
    found = rows(table)
    assert [row["video"] for row in found] == [
        f"{folder}/a.mp4",
        f"{folder}/broken.mp4",
        f"{folder}/inner/=cmd|x.mp4",
        "'=cmd|x.mp4",
    ]
    for row in (found[0], found[2]):
        top = answers[row["video"]]["top"]
        assert [row["label_1"], row["label_2"]] == [one["label"] for one in top]
        assert float(row["probability_1"]) == pytest.approx(top[0]["probability"], abs=1e-6)
        assert (row["model"], row["sure"], row["error"]) == ("tiny", "no", "")
    assert found[1]["error"] in said.err
    assert found[1]["label_1"] == ""


def test_none_that_can_be_answered_is_another_exit_code(give: Give, folder: Path) -> None:
    said = give("predict", folder / "broken.mp4", folder / "notes.txt", "--model", "tiny")
    assert said.code == 2
    assert said.err.count("\n") == 2
    assert give("predict", folder / "a.mp4", "--model", "tiny").code == 0


def test_a_folder_without_videos_is_one_line(give: Give, tmp_path: Path) -> None:
    said = give("predict", tmp_path, "--model", "tiny")
    assert (said.code, said.err) == (2, f"There is no video in the folder {tmp_path}.\n")


def test_on_a_terminal_a_bar_moves(place: Place, folder: Path) -> None:
    """Its standard error is a terminal, its output is not."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "app", "predict", str(folder), "--model", "tiny"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=whole_environment(place.settings),
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    out, _ = process.communicate()
    told = b""
    try:
        while chunk := os.read(ours, 65536):
            told += chunk
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    assert process.returncode == 3
    assert b"0 of 3  a.mp4" in told
    assert b"1 of 3, " in told
    assert b" left  broken.mp4" in told
    assert told.endswith(b"\r\x1b[K")
    assert b"\x1b" not in out


@pytest.mark.parametrize(
    ("elapsed", "done", "says"),
    [(5, 0, ""), (10, 1, ", 10 s left"), (100, 1, ", 2 min left"), (9000, 1, ", 2.5 h left")],
)
def test_what_is_left_in_words(elapsed: float, done: int, says: str) -> None:
    assert remaining(elapsed, done, 2) == says
