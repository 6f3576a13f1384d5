"""ZIP files that anybody may send: what is taken out of them, and what is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from app.workflow.bringing import archive
from app.workflow.errors import CannotBring
from storage.records.batches import NewFile
from tests.app.workflow.bringing.packing import locked, pack, with_link

PLENTY = 1 << 30


def listed(path: Path, *, max_bytes: int = PLENTY) -> dict[str, NewFile]:
    return {one.name: one for one in archive.members(path, max_bytes=max_bytes)}


def test_members_come_in_order_without_what_systems_add(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "a.zip",
        {"day/b.mp4": b"bb", "a.mp4": b"a", "__MACOSX/a.mp4": b"x", "day/.DS_Store": b"x"},
    )
    found = archive.members(path, max_bytes=PLENTY)
    assert [(one.name, one.size, one.state) for one in found] == [
        ("day/b.mp4", 2, "waiting"),
        ("a.mp4", 1, "waiting"),
    ]
    with archive.member(path, "day/b.mp4") as stream:
        assert stream.read() == b"bb"


@pytest.mark.parametrize(
    "name", ["../out.mp4", "/etc/out.mp4", "a/../../out.mp4", "..\\out.mp4", "C:\\out.mp4"]
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    path = pack(tmp_path / "a.zip", {name: b"x", "good.mp4": b"x"})
    found = listed(path)
    assert found["good.mp4"].state == "waiting"
    (bad,) = (one for one in found.values() if one.name != "good.mp4")
    assert (bad.state, bad.sentence) == ("failed", "Its name leads out of the ZIP file.")


def test_links_locked_files_and_archives_inside_are_told(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"locked.mp4": b"x", "more.ZIP": b"x", "good.mp4": b"x"})
    with_link(path, "link.mp4", "/etc/passwd")
    locked(path, only=b"locked.mp4")
    found = listed(path)
    assert found["locked.mp4"].sentence == "This file is locked with a password."
    assert found["more.ZIP"].state == "skipped"
    assert found["link.mp4"].sentence == "This is a link, not a file."
    assert found["good.mp4"].state == "waiting"


def test_the_second_file_of_a_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.mp4", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("a.mp4", b"2")
    states = [one.state for one in archive.members(path, max_bytes=PLENTY)]
    assert states == ["waiting", "failed"]


def test_an_archive_that_cannot_be_taken_says_why(tmp_path: Path) -> None:
    cases = {
        "no ZIP": (b"Dear friends", "damaged or not complete"),
        "empty": (pack(tmp_path / "e.zip", {}).read_bytes(), "There is no file in this ZIP"),
        "cut": (pack(tmp_path / "c.zip", {"a.mp4": b"x" * 999}).read_bytes()[:-40], "damaged"),
        "locked": (locked(pack(tmp_path / "l.zip", {"a.mp4": b"x"})).read_bytes(), "password"),
    }
    for name, (content, sentence) in cases.items():
        path = tmp_path / f"{name}.zip"
        path.write_bytes(content)
        with pytest.raises(CannotBring, match=sentence):
            archive.members(path, max_bytes=PLENTY)
    with pytest.raises(CannotBring, match="not here any more"):
        archive.members(tmp_path / "gone.zip", max_bytes=PLENTY)


def test_what_would_come_out_is_bounded(tmp_path: Path) -> None:
    """A few kilobytes that unpack to megabytes; with a larger bound they would be taken."""
    path = pack(tmp_path / "bomb.zip", {"a.mp4": bytes(3 << 20)}, compress=True)
    assert path.stat().st_size < 10_000
    with pytest.raises(CannotBring, match="larger than 2 MiB"):
        archive.members(path, max_bytes=2 << 20)
    assert listed(path, max_bytes=3 << 20)["a.mp4"].state == "waiting"


def test_no_more_comes_out_than_was_announced(tmp_path: Path) -> None:
    """The size in the list of members is a lie: what comes is cut there, and the sum is wrong."""
    path = pack(tmp_path / "lie.zip", {"a.mp4": bytes(3 << 20)}, compress=True)
    lie = path.read_bytes().replace((3 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path.write_bytes(lie)
    came: list[bytes] = []
    with archive.member(path, "a.mp4") as stream, pytest.raises(zipfile.BadZipFile):
        came += iter(lambda: stream.read(1 << 16), b"")
    assert sum(map(len, came)) <= 100


def test_the_number_of_files_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "a.zip", {f"{number}.mp4": b"" for number in range(20)})
    assert len(archive.members(path, max_bytes=PLENTY)) == 20
    monkeypatch.setattr(archive, "MOST_FILES", 19)
    with pytest.raises(CannotBring, match="20 files in this ZIP file; at most 19"):
        archive.members(path, max_bytes=PLENTY)


@pytest.mark.parametrize("wide", [False, True])
def test_a_long_list_of_members_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wide: bool
) -> None:
    """Before `zipfile` reads all of it into memory; also where the sizes have 64 bits."""
    if wide:
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 5)
    path = pack(tmp_path / "a.zip", {f"{number}.mp4": b"" for number in range(20)})
    assert (b"PK\x06\x06" in path.read_bytes()) == wide
    length = archive._directory_bytes(path)
    assert 20 * 46 < length < 20 * 100
    monkeypatch.setattr(archive, "MOST_DIRECTORY_BYTES", length - 1)
    with pytest.raises(CannotBring, match="lists too many files"):
        archive.members(path, max_bytes=PLENTY)


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"a.mp4": b"abcdefgh"})
    path.write_bytes(path.read_bytes().replace(b"abcdefgh", b"abcdXfgh"))
    with pytest.raises(CannotBring, match="damaged inside"), archive.member(path, "a.mp4") as it:
        it.read()
    with pytest.raises(CannotBring, match="not in the ZIP"), archive.member(path, "b.mp4"):
        pass
