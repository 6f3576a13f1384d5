"""Folders of the machine: what lies in them, and no way out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.workflow.bringing import folder
from app.workflow.errors import CannotBring


@pytest.fixture
def allowed(tmp_path: Path) -> Path:
    """A folder that may be brought in, and links that lead out of it."""
    root = tmp_path / "allowed"
    (root / "day").mkdir(parents=True)
    (root / "day" / "a.mp4").write_bytes(b"a")
    (root / "b.mp4").write_bytes(b"bb")
    (root / ".hidden.mp4").write_bytes(b"x")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "c.mp4").write_bytes(b"secret")
    (root / "out").symlink_to(secret)
    (root / "c.mp4").symlink_to(secret / "c.mp4")
    return root


def test_files_are_found_and_links_are_told(allowed: Path) -> None:
    found = {one.name: one for one in folder.members(allowed)}
    assert set(found) == {"b.mp4", "c.mp4", "day/a.mp4"}
    assert found["day/a.mp4"].size == 1
    assert (found["c.mp4"].state, found["c.mp4"].sentence) == ("failed", folder.LINK)


def test_nothing_outside_is_opened(allowed: Path) -> None:
    assert folder.member(allowed, "day/a.mp4").read_bytes() == b"a"
    for name in ("c.mp4", "out/c.mp4", "../secret/c.mp4", str(allowed.parent / "secret/c.mp4")):
        # Without the guard the file is there and would be read.
        assert (allowed / name).read_bytes() == b"secret"
        with pytest.raises(CannotBring, match="not in the folder any more"):
            folder.member(allowed, name)


def test_only_what_lies_below_the_allowed_one_may_be_named(allowed: Path) -> None:
    assert folder.inside(allowed, "") == allowed
    assert folder.inside(allowed, "day") == allowed / "day"
    assert folder.subfolders(allowed) == ["", "day"]
    for name in ("out", "..", "../secret", "/", str(allowed.parent / "secret"), "b.mp4", "none"):
        with pytest.raises(CannotBring):
            folder.inside(allowed, name)


def test_by_default_none_is_allowed(allowed: Path) -> None:
    with pytest.raises(CannotBring, match="SECOND_LOOK_IMPORT_FOLDER"):
        folder.inside(None, str(allowed))
    assert folder.subfolders(None) == []


def test_an_empty_folder_and_too_full_a_one_are_refused(
    allowed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (allowed / "none").mkdir()
    with pytest.raises(CannotBring, match="There is no file"):
        folder.members(allowed / "none")
    monkeypatch.setattr(folder, "MOST_FILES", 2)
    with pytest.raises(CannotBring, match="more than 2 files"):
        folder.members(allowed)


def test_archives_and_what_is_no_file_are_left_out(allowed: Path) -> None:
    (allowed / "more.zip").write_bytes(b"x")
    os.mkfifo(allowed / "pipe.mp4")
    found = {one.name: one.state for one in folder.members(allowed)}
    assert (found["more.zip"], found["pipe.mp4"]) == ("skipped", "skipped")
