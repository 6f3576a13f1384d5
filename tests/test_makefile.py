"""The first steps on a machine: what is missing is said in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOOLS = ("sh", "make", "echo", "test", "id", "dirname", "env", "bash", "touch", "true")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of the project's start, on a machine with next to no programs."""
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (tmp_path / "bin" / tool).symlink_to(found)
    project = tmp_path / "project"
    (project / ".ci").mkdir(parents=True)
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", ".ci/browser", ".ci/run"):
        shutil.copy(ROOT / name, project / name)
    return project


def call(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(project.parent / "bin"), "HOME": str(project)}
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, timeout=60
    )


def program(project: Path, name: str, script: str) -> None:
    path = project.parent / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_without_python(bare: Path) -> None:
    told = call(bare, "make", "run")
    assert told.returncode != 0
    assert "Second Look needs Python 3.11" in told.stderr
    assert not (bare / ".venv").exists()


def test_another_python_is_not_taken(bare: Path) -> None:
    program(bare, "python3", "exit 1")  # as `sys.exit(sys.version_info[:2] != (3, 11))` would
    assert "Second Look needs Python 3.11" in call(bare, "make", "run").stderr


def test_without_venv(bare: Path) -> None:
    program(bare, "python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    told = call(bare, "make", "run")
    assert "sudo apt-get install python3.11-venv" in told.stderr
    assert not (bare / ".venv").exists()


def test_ci_run_is_make_test(bare: Path) -> None:
    told = call(bare, "bash", ".ci/run")
    assert told.returncode != 0
    assert "Second Look needs Python 3.11" in told.stderr
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert os.access(ROOT / ".ci/browser", os.X_OK)


def test_make_alone_says_what_there_is(bare: Path) -> None:
    told = call(bare, "make")
    assert told.returncode == 0
    assert "make run" in told.stdout


def test_without_a_browser(bare: Path) -> None:
    told = call(bare, ".ci/browser")
    assert told.returncode == 1
    assert "install chromium or google-chrome" in told.stderr


def test_with_a_browser(bare: Path) -> None:
    program(bare, "google-chrome", "exit 0")
    told = call(bare, ".ci/browser")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_nothing_is_fetched_twice(bare: Path) -> None:
    """With everything in place `make install` has nothing to do."""
    (bare / ".venv" / "bin").mkdir(parents=True)
    (bare / ".venv" / "bin" / "python").symlink_to("/bin/false")
    (bare / ".venv" / ".runtime").touch()
    assert "Nothing to be done" in call(bare, "make", "install").stdout
    later = (bare / ".venv" / ".runtime").stat().st_mtime + 10
    os.utime(bare / "requirements.txt", (later, later))
    assert call(bare, "make", "install").returncode != 0  # it tried, with a python that fails
