"""The gate opens for areas that are tested wholly, and only for those."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.coverage_gate import AREAS, REPORT, complaints

MODULE = """\
def sign(number: int) -> str:
    if number < 0:
        return "below"
    if number:
        return "above"
    return "nothing"
"""
WHOLE = "for number in (-1, 0, 1):\n    sign(number)\n"
ONE_BRANCH = """\
def halve(number: int) -> int:
    if number % 2:
        number -= 1
    return number // 2
"""


def measured(folder: Path, module: str, calls: str, *options: str) -> dict[str, Any]:
    """The report of a real measurement of `module`, which `calls` uses."""
    (folder / "room").mkdir()
    (folder / "room" / "signs.py").write_text(module)
    (folder / "use.py").write_text(f"from room.signs import *\n{calls}")
    # Where these tests are measured themselves, what they start must not join in.
    own = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    for command in (["run", *options, "--source=room", "use.py"], ["json", "-q"]):
        call = [sys.executable, "-m", "coverage", *command]
        subprocess.run(call, cwd=folder, env=own, check=True)
    report: dict[str, Any] = json.loads((folder / REPORT).read_text())
    return report


ROOM = {"signs": ["room/*.py"]}


def test_what_is_tested_wholly_passes(tmp_path: Path) -> None:
    assert complaints(measured(tmp_path, MODULE, WHOLE, "--branch"), ROOM) == []


def test_a_missed_line_is_noticed(tmp_path: Path) -> None:
    report = measured(tmp_path, MODULE, "sign(-1), sign(1)", "--branch")
    said = "signs: room/signs.py has no test of lines 6 and branches 4 to 6"
    assert complaints(report, ROOM) == [said]


def test_a_missed_branch_is_noticed_though_every_line_ran(tmp_path: Path) -> None:
    report = measured(tmp_path, ONE_BRANCH, "halve(3)", "--branch")
    assert report["files"]["room/signs.py"]["missing_lines"] == []
    said = "signs: room/signs.py has no test of branches 2 to 4"
    assert complaints(report, ROOM) == [said]


def test_a_way_out_is_named(tmp_path: Path) -> None:
    module = "def each(many):\n    for one in many:\n        return one\n"
    report = measured(tmp_path, module, "each([1])", "--branch")
    assert complaints(report, ROOM)[0].endswith("branches 2 to the end")


def test_without_branches_it_stays_shut(tmp_path: Path) -> None:
    assert complaints(measured(tmp_path, MODULE, WHOLE), ROOM) == ["branches were not measured"]


@pytest.mark.parametrize("pattern", ["room/moved.py", "*.py", "room/signs.py/*.py"])
def test_an_area_that_names_no_file_is_noticed(pattern: str, tmp_path: Path) -> None:
    report = measured(tmp_path, MODULE, WHOLE, "--branch")
    assert complaints(report, {"signs": [pattern]}) == [
        f"signs: {pattern} names no file that was measured"
    ]


def test_the_exit_code_tells_it(tmp_path: Path) -> None:
    """None of the real areas is in that report."""
    measured(tmp_path, MODULE, WHOLE, "--branch")
    command = [sys.executable, "-m", "tests.coverage_gate"]
    environment = {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.count("names no file") == sum(map(len, AREAS.values()))


def test_every_area_names_files_that_are_there() -> None:
    assert set(AREAS) == {"decoding", "ingest", "decisions", "jobs"}
    for patterns in AREAS.values():
        assert all(list(ROOT.glob(pattern)) for pattern in patterns)
