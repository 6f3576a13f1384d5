"""The users file and the proof in the cookie."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.server.people import People, hash_password, read_people, set_password
from app.settings import SettingsError

PASSWORD = "correct horse"
HASH = hash_password(PASSWORD)


@pytest.fixture
def users(data_dir: Path) -> Path:
    file = data_dir / "users"
    set_password(file, "anna", PASSWORD)
    return file


def read(users: Path, hours: float = 12) -> People:
    return read_people(users, key_file=users.with_name("login.key"), hours=hours)


def test_the_right_password_is_known(users: Path) -> None:
    people = read(users)
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
    assert read(users).check("anna", "a new password")
    assert read(users).check("ben", "another one")
    assert list(users.parent.glob(".users-*")) == []


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
        read(users)


def test_a_missing_file(data_dir: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read(data_dir / "nothing")


def test_a_proof_lasts_over_a_restart(users: Path) -> None:
    proof = read(users).proof("anna")
    assert read(users).person(proof) == "anna"
    assert stat.S_IMODE(users.with_name("login.key").stat().st_mode) == 0o600


def test_a_proof_ends(users: Path) -> None:
    proof = read(users).proof("anna")
    late = read(users, hours=-1).proof("anna")
    assert read(users).person(late) is None
    users.with_name("login.key").unlink()
    assert read(users).person(proof) is None


def test_a_new_password_ends_all_proofs(users: Path) -> None:
    proof = read(users).proof("anna")
    set_password(users, "anna", "a new password")
    assert read(users).person(proof) is None


def test_a_damaged_key_is_said(users: Path) -> None:
    users.with_name("login.key").write_bytes(b"short")
    with pytest.raises(SettingsError, match="damaged"):
        read(users)


def test_nobody_can_prolong_or_rename_a_proof(users: Path) -> None:
    set_password(users, "ben", "another one")
    people = read(users)
    name, end, signature = people.proof("anna").split(".")
    other = people.proof("ben").split(".")[0]
    for forged in (f"{name}.{int(end) + 1}.{signature}", f"{other}.{end}.{signature}"):
        assert people.person(forged) is None


@given(st.one_of(st.none(), st.text(), st.from_regex(r"[A-Za-z0-9_=-]*\.\d*\.[0-9a-f]*")))
def test_no_invented_proof_speaks_for_anybody(proof: str | None) -> None:
    people = People({"anna": HASH}, b"k" * 32, 12)
    assert people.person(proof) is None
