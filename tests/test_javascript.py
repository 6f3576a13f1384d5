"""The checks of `static/`: each notices what it is there for, and none is left out silently."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

GOOD = "/** @param {number} t */\nexport function twice(t) {\n  return 2 * t;\n}\n"
TEST = """import assert from 'node:assert/strict';
import { test } from 'node:test';

import { twice } from './clock.js';

test('twice', () => assert.equal(twice(2), 4));
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the checks over one module and its test; what they fetched is shared."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci", ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "static").mkdir()
    shutil.copy(ROOT / "static/package.json", tmp_path / "static")
    (tmp_path / "static/clock.js").write_text(GOOD)
    (tmp_path / "static/clock.test.js").write_text(TEST)
    return tmp_path


@pytest.fixture
def checked(project: Path) -> Path:
    """The same with ESLint and TypeScript, as `make check` fetches them."""
    modules = ROOT / ".ci/node_modules"
    if not (modules / ".made-from").is_file():
        pytest.skip("make check has not fetched ESLint and TypeScript")
    (project / ".ci/node_modules").mkdir()
    for file in modules.iterdir():
        if file.name != ".cache":
            (project / ".ci/node_modules" / file.name).symlink_to(file)
    return project


def javascript(project: Path, step: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(project)} | variables
    return subprocess.run(
        [str(project / ".ci/javascript"), step],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_good_modules_pass(checked: Path) -> None:
    found = javascript(checked, "check")
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    assert javascript(checked, "test").returncode == 0


def test_lint_notices(checked: Path) -> None:
    (checked / "static/clock.js").write_text(GOOD + "var later = twice(1);\n")
    found = javascript(checked, "check")
    assert found.returncode != 0
    assert "no-var" in found.stdout
    assert "no-unused-vars" in found.stdout


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("export const t = twice('2');", "TS2345"),
        ("export const t = document.title.nothing;", "TS2339"),
        ("export function half(t) { return t / 2; }", "TS7006"),  # no type is no excuse
    ],
)
def test_types_are_checked(checked: Path, line: str, error: str) -> None:
    (checked / "static/clock.js").write_text(f"{GOOD}{line}\n")
    found = javascript(checked, "check")
    assert found.returncode != 0
    assert error in found.stdout


def test_a_failing_test_is_noticed(project: Path) -> None:
    (project / "static/clock.js").write_text(GOOD.replace("2 * t", "3 * t"))
    found = javascript(project, "test")
    assert found.returncode != 0
    assert "6 !== 4" in found.stdout


@pytest.mark.parametrize("step", ["check", "test"])
def test_without_node_it_says_so_but_not_in_ci(project: Path, step: str) -> None:
    (project / ".venv").unlink()
    (project / "bin").mkdir()
    for tool in ("sh", "dirname", "find", "sort", "cmp", "cp"):
        found = shutil.which(tool)
        assert found
        (project / "bin" / tool).symlink_to(found)
    only = {"PATH": str(project / "bin")}
    without = javascript(project, step, **only)
    assert without.returncode == 0
    assert "There is no Node.js here" in without.stderr
    in_ci = javascript(project, step, CI="true", **only)
    assert in_ci.returncode != 0
    assert "There is no Node.js here" in in_ci.stderr


def test_they_are_part_of_make_and_of_ci() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^check: .*\n(\t.*\n)*\t@\.ci/javascript check\n", makefile, re.MULTILINE)
    assert re.search(r"^test: .*\n(\t.*\n)*\t@\.ci/javascript test\n", makefile, re.MULTILINE)
    assert re.search(r"^export CI=", (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)


def test_what_is_fetched_is_pinned() -> None:
    lock = (ROOT / ".ci/package-lock.json").read_text("utf-8")
    assert '"integrity": "sha512-' in lock
    versions = re.findall(
        r'"(?:eslint|typescript)": "(.*?)"', (ROOT / ".ci/package.json").read_text()
    )
    assert len(versions) == 2
    assert all(re.fullmatch(r"[0-9.]+", version) for version in versions)
