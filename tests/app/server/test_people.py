"""The users file, also while it changes."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.server.people import UsersFile, hash_password, read_people, set_password
from app.settings import SettingsError

PASSWORD = "correct horse"
HASH = hash_password(PASSWORD)


@pytest.fixture
def users(data_dir: Path) -> Path:
    file = data_dir / "users"
    set_password(file, "anna", PASSWORD)
    return file


def test_the_right_password_is_known(users: Path) -> None:
    people = read_people(users)
    assert people.check("anna", PASSWORD)
    for name, password in (("anna", "wrong"), ("ben", PASSWORD), ("", ""), ("anna", "x" * 9999)):
        assert not people.check(name, password)


def test_the_file_holds_no_password_and_only_the_last_hash(users: Path) -> None:
    set_password(users, "ben", "another one")
    first = users.read_text()
    set_password(users, "anna", "a new password")
    second = users.read_text()
    assert PASSWORD not in first
    assert first.count("anna:") == second.count("anna:") == 1
    assert stat.S_IMODE(users.stat().st_mode) == 0o600
    assert read_people(users).check("anna", "a new password")
    assert read_people(users).check("ben", "another one")
    assert list(users.parent.glob(".users-*")) == []


def test_all_who_are_added_at_the_same_time_are_kept(users: Path) -> None:
    names = [f"person{number}" for number in range(12)]
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: set_password(users, name, "long enough"), names))
    assert set(names) <= set(read_people(users).hashes)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password(PASSWORD) != HASH


@pytest.mark.parametrize("name", ["", "a b", "a:b", "#a", "a\n", "x" * 65])
def test_a_name_that_would_break_the_file(users: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="name has"):
        set_password(users, name, PASSWORD)


def test_a_short_password(users: Path) -> None:
    with pytest.raises(SettingsError, match="8 to"):
        set_password(users, "anna", "short")


@pytest.mark.parametrize(
    "content",
    ["", "# nobody\n\n", "anna\n", "anna:secret\n", "anna:md5$YQ==$YQ==\n", "anna:scrypt$YQ==$YQ==",
     f"{HASH}\n", ":scrypt$a$b$c\n"],
)  # fmt: skip
def test_a_file_that_cannot_be_used(users: Path, content: str) -> None:
    users.write_text(content)
    with pytest.raises(SettingsError):
        read_people(users)


def test_a_missing_file(data_dir: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_people(data_dir / "nothing")


def test_changes_are_seen_at_once(users: Path) -> None:
    file = UsersFile(users)
    set_password(users, "ben", "another one")
    assert file.people().check("ben", "another one")
    set_password(users, "anna", "a new password")
    assert not file.people().check("anna", PASSWORD)
    assert file.people().check("anna", "a new password")
    users.write_text(f"ben:{HASH}\n")
    assert set(file.people().hashes) == {"ben"}


def test_a_change_within_one_tick_of_the_clock_is_seen(users: Path) -> None:
    """Same size, same time stamp, same file: only reading it again tells."""
    other = hash_password("a new password")
    assert len(other) == len(HASH)
    users.write_text(f"anna:{HASH}\n")
    file = UsersFile(users)
    before = users.stat()
    users.write_text(f"anna:{other}\n")
    os.utime(users, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.people().check("anna", "a new password")


BROKEN = {
    "half a line": lambda users: users.write_text(users.read_text()[:-20]),
    "nothing yet": lambda users: users.write_text(""),
    "no text": lambda users: users.write_bytes(b"\xff\xfe\x00"),
    "gone": lambda users: users.unlink(),
    "a folder": lambda users: (users.unlink(), users.mkdir()),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_changes_nothing_and_is_said_once(
    users: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = UsersFile(users)
    BROKEN[how](users)
    for _ in range(3):
        assert set(file.people().hashes) == {"anna"}
    assert len(caplog.records) == 1
    if users.is_dir():
        users.rmdir()
    users.unlink(missing_ok=True)
    set_password(users, "ben", "another one")
    assert set(file.people().hashes) == {"ben"}


def test_a_file_that_is_broken_to_begin_with(users: Path) -> None:
    users.write_text("")
    with pytest.raises(SettingsError):
        UsersFile(users)
