"""The proof in the cookie: whom it speaks for, and when it ends."""

from __future__ import annotations

import base64
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.server.people import UsersFile, hash_password, set_password
from app.server.sessions import Ended, Sessions, read_key
from app.settings import SettingsError

PASSWORD = "correct horse"
HASH = hash_password(PASSWORD)


@pytest.fixture
def users(data_dir: Path) -> Path:
    file = data_dir / "users"
    set_password(file, "anna", PASSWORD)
    return file


def started(users: Path, hours: float = 12) -> Sessions:
    """The sessions of a server that starts now."""
    return Sessions(
        UsersFile(users),
        key=read_key(users.with_name("login.key")),
        ended=Ended(users.with_name("login.ended")),
        hours=hours,
    )


def test_a_proof_lasts_over_a_restart(users: Path) -> None:
    proof = started(users).begin("anna")
    assert started(users).person(proof) == "anna"
    assert stat.S_IMODE(users.with_name("login.key").stat().st_mode) == 0o600


def test_a_proof_ends(users: Path) -> None:
    proof = started(users).begin("anna")
    late = started(users, hours=-1).begin("anna")
    assert started(users).person(late) is None
    users.with_name("login.key").unlink()
    assert started(users).person(proof) is None


def test_a_log_out_ends_one_log_in_and_lasts_over_a_restart(users: Path) -> None:
    sessions = started(users)
    here, elsewhere = sessions.begin("anna"), sessions.begin("anna")
    sessions.end(here)
    for running in (sessions, started(users), started(users)):
        assert running.person(here) is None
        assert running.person(elsewhere) == "anna"
    file = users.with_name("login.ended")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_over_anyway_is_forgotten(users: Path) -> None:
    file = users.with_name("login.ended")
    later = int(time.time()) + 1000
    file.write_text(f"{'a' * 32} 17\nrubbish\n{'b' * 32} {later}\n{'c' * 32} {later}")
    ended = Ended(file)
    assert "a" * 32 not in ended
    assert "b" * 32 in ended
    assert file.read_text().splitlines() == [f"{'b' * 32} {later}", f"{'c' * 32} {later}"]


def test_a_log_out_on_a_full_disk_holds_at_least_until_a_restart(small_disk: Path) -> None:
    users = small_disk / "users"
    set_password(users, "anna", PASSWORD)
    sessions = started(users)
    proof = sessions.begin("anna")
    with pytest.raises(OSError, match="No space"), (small_disk / "fill").open("wb") as fill:
        fill.write(bytes(8 << 20))
    sessions.end(proof)
    assert sessions.person(proof) is None


def test_nobody_else_can_end_a_log_in(users: Path) -> None:
    sessions = started(users)
    proof = sessions.begin("anna")
    name, number, until, signature = proof.split(".")
    sessions.end(f"{name}.{number}.{until}.{signature[:-1]}x")
    assert sessions.person(proof) == "anna"


def test_a_new_password_and_a_removed_line_end_all_of_a_person(users: Path) -> None:
    set_password(users, "ben", "another one")
    sessions = started(users)
    proofs = [sessions.begin("anna"), sessions.begin("anna")]
    other = sessions.begin("ben")
    set_password(users, "anna", "a new password")
    assert [sessions.person(proof) for proof in proofs] == [None, None]
    proof = sessions.begin("anna")
    assert sessions.person(proof) == "anna"
    users.write_text(f"ben:{HASH}\n")
    assert sessions.person(proof) is None
    assert sessions.person(other) is None  # ben has another hash now


def test_a_damaged_key_is_said(users: Path) -> None:
    users.with_name("login.key").write_bytes(b"short")
    with pytest.raises(SettingsError, match="damaged"):
        started(users)


def test_nobody_can_prolong_or_rename_a_proof(users: Path) -> None:
    set_password(users, "ben", "another one")
    sessions = started(users)
    name, number, end, signature = sessions.begin("anna").split(".")
    other, fresh, *_ = sessions.begin("ben").split(".")
    for forged in (
        f"{name}.{number}.{int(end) + 1}.{signature}",
        f"{other}.{number}.{end}.{signature}",
        f"{name}.{fresh}.{end}.{signature}",
    ):
        assert sessions.person(forged) is None


def spellings(proof: str) -> dict[str, str]:
    """Other texts that a generous reader takes for the same proof."""
    name, number, end, signature = proof.split(".")
    raw = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))
    loose = name[:-1] + chr(ord(name[-1]) + 1)
    assert base64.urlsafe_b64decode(loose + "=" * (-len(loose) % 4)) == raw
    return {
        "sign": f"{name}.{number}.+{end}.{signature}",
        "zero": f"{name}.{number}.0{end}.{signature}",
        "underscore": f"{name}.{number}.{end[0]}_{end[1:]}.{signature}",
        "space": f"{name}.{number}. {end}.{signature}",
        "other digits": f"{name}.{number}.{chr(ord(end[0]) - 48 + 0x660)}{end[1:]}.{signature}",
        "padding": f"{name}{'=' * (-len(name) % 4)}.{number}.{end}.{signature}",
        "more padding": f"{name}====.{number}.{end}.{signature}",
        "last bits": f"{loose}.{number}.{end}.{signature}",
        "line end": f"{name[:2]}\n{name[2:]}.{number}.{end}.{signature}",
        "no base64": f"{name[:2]}!{name[2:]}.{number}.{end}.{signature}",
        "capitals": f"{name}.{number}.{end}.{signature.upper()}",
        "capital number": f"{name}.{number.upper()}.{end}.{signature}",
        "before": f" {proof}",
        "after": f"{proof}\n",
        "quotes": f'"{proof}"',
        "more": f"{proof}.",
    }


def test_a_proof_has_one_spelling(users: Path) -> None:
    set_password(users, "ada", PASSWORD + "!")
    set_password(users, "bo", PASSWORD + "!")
    sessions = started(users)
    for name in ("anna", "bo"):  # their codes have unused bits at the end
        proof = sessions.begin(name)
        assert sessions.person(proof) == name
        others = spellings(proof)
        for how, other in others.items():
            assert other != proof, how
            assert sessions.person(other) is None, how


@given(st.one_of(st.none(), st.text(), st.from_regex(r"[A-Za-z0-9_=-]*\.\d*\.[0-9a-f]*")))
def test_no_invented_proof_speaks_for_anybody(
    tmp_path_factory: pytest.TempPathFactory, proof: str | None
) -> None:
    users = tmp_path_factory.mktemp("users") / "users"
    users.write_text(f"anna:{HASH}\n")
    assert started(users).person(proof) is None
