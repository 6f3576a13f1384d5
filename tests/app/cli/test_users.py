"""`python -m app users add`, as somebody types it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.server.people import read_people
from tests.conftest import ROOT


def users(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "users", *arguments]
    environment = {"PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_whoever_was_added_may_log_in(data_dir: Path) -> None:
    told = users("add", "anna", "--password", "correct horse", "--data-dir", str(data_dir))
    assert told.returncode == 0, told.stderr
    assert f"SECOND_LOOK_USERS_FILE={data_dir}/users" in told.stdout
    people = read_people(data_dir / "users")
    assert people.check("anna", "correct horse")


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [("a b", "correct horse", "A name has"), ("anna", "short", "A password has")],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, name: str, password: str, said: str) -> None:
    told = users("add", name, "--password", password, "--data-dir", str(tmp_path))
    assert told.returncode == 2
    assert told.stderr.startswith(said)
    assert told.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
