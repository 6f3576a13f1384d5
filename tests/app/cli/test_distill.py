"""`python -m app distill` as a programmer types it: it learns, goes on, and says what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from model.weights import checkpoint
from tests.app.cli.conftest import Give, Place
from tests.model.learning.films import SPEC


def command(place: Place, work_dir: Path, *more: object) -> tuple[object, ...]:
    return (
        "distill", "--teacher", "tiny", "--student", "tiny", "--videos", place.list,
        "--work-dir", work_dir, "--steps", 2, "--batch-size", 2, "--device", "cpu", *more,
    )  # fmt: skip


def test_it_writes_an_ordinary_checkpoint(place: Place, give: Give, tmp_path: Path) -> None:
    said = give(*command(place, tmp_path / "run", "--check", place.films[0].path))
    assert said.code == 0, said.err
    assert "before: the teacher's first answer is the student's on 1 of 1 videos" in said.out
    path = tmp_path / "run" / "model.safetensors"
    assert re.search(rf"Distilled: {re.escape(str(path))} \(SHA-256 [0-9a-f]{{64}}\)", said.out)
    found = checkpoint.read_spec(path)
    assert (found.name, found.arch, found.labels) == ("run", SPEC.arch, SPEC.labels)
    assert found.origin == "tiny taught to answer as tiny does."
    again = give(*command(place, tmp_path / "run"))
    assert (again.code, again.err.count("\n")) == (2, 1)
    assert "already holds a run: resume it" in again.err


def test_a_student_may_be_fed_less(place: Place, give: Give, tmp_path: Path) -> None:
    said = give(*command(place, tmp_path / "run", "--pixels", 32, "--frames", 8, "--images",
                         tmp_path))  # fmt: skip
    assert said.code == 0, said.err
    assert "Nothing shows whether it gains" in said.err
    spec = checkpoint.read_spec(tmp_path / "run" / "model.safetensors")
    assert (spec.crop, spec.clip_len, spec.interval) == (32, 8, 2)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (("--teacher", "nobody"), "no model called nobody"),
        (("--student", "nobody"), "no student called 'nobody'"),
        (("--student", "separated-i3d-b6"), "not separated yet"),
        (("--student", "default"), "other labels"),
        (("--videos", "nowhere"), "nowhere is not there"),
        (("--images", "nowhere"), "nowhere is not there"),
        (("--frames", 9), "cannot be divided into 9 even steps"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_line(
    place: Place, give: Give, tmp_path: Path, changed: tuple[object, ...], words: str
) -> None:
    said = give(*command(place, tmp_path / "run", *changed))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert words in said.err
    assert not (tmp_path / "run").exists()
