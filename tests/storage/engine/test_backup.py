from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from storage.engine import backup, sqlite
from storage.engine.database import Database
from storage.errors import DamagedError, NotFoundError, UnavailableError
from tests.storage.engine.test_migrations import filled, fingerprint
from tests.storage.full_disk import files_in, no_file_larger_than
from tests.storage.rows import add_video, decide


@contextmanager
def four_writers(database: Database) -> Iterator[None]:
    """Four threads that add videos with a decision each until the block ends."""
    enough = threading.Event()

    def write(name: str) -> None:
        count = 0
        while not enough.is_set():
            with database.write() as session:
                decide(session, add_video(session, f"{name} {count}").id, verdict="unsure")
            count += 1

    threads = [threading.Thread(target=write, args=(f"writer {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        enough.set()
        for thread in threads:
            thread.join()


def test_a_backup_is_the_database(sqlite_db: Database, tmp_path: Path) -> None:
    filled(sqlite_db.url, 10)
    made = sqlite_db.backup(tmp_path / "copies" / "one.db")
    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert made.size == made.path.stat().st_size
    assert (made.rows["videos"], made.rows["label_events"]) == (10, 20)
    facts = json.loads((tmp_path / "copies" / "one.db.json").read_text())
    assert (facts["sha256"], facts["rows"]) == (made.sha256, made.rows)
    assert fingerprint(Database.in_file(made.path).url) == fingerprint(sqlite_db.url)


def test_backups_under_load_are_whole(sqlite_db: Database, tmp_path: Path) -> None:
    with four_writers(sqlite_db):
        made = [sqlite_db.backup(tmp_path / f"{number}.db") for number in range(20)]
    for copy in made:
        assert copy.rows["videos"] == copy.rows["label_events"], "half a transaction was copied"
    assert made[-1].rows["videos"] > made[0].rows["videos"]
    assert not list(tmp_path.glob("*.tmp"))


def test_copying_the_file_alone_would_lose_what_is_in_the_log(
    sqlite_db: Database, tmp_path: Path
) -> None:
    """Why VACUUM INTO: the control for the tests above."""
    with sqlite_db.write() as session:
        add_video(session)
    plain, ours = tmp_path / "plain.db", tmp_path / "ours.db"
    shutil.copy(sqlite.file_of(sqlite_db.url), plain)
    sqlite_db.backup(ours)
    counts = []
    for path in (plain, ours):
        with closing(sqlite3.connect(path)) as copy:
            counts += copy.execute("SELECT count(*) FROM videos").fetchone()
    assert counts == [0, 1]


def test_an_earlier_backup_is_never_overwritten(sqlite_db: Database, tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_text("mine")
    with pytest.raises(UnavailableError, match="exists already"):
        sqlite_db.backup(taken)
    assert taken.read_text() == "mine"


def test_a_damaged_database_is_not_copied(sqlite_db: Database, tmp_path: Path) -> None:
    filled(sqlite_db.url, 30)
    sqlite_db.close()
    path = sqlite.file_of(sqlite_db.url)
    content = bytearray(path.read_bytes())
    content[8192:40960] = b"\xff" * (40960 - 8192)
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        sqlite_db.backup(tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy*"))
    assert not list(tmp_path.glob("*.tmp"))
    assert [v.level for v in sqlite_db.health() if v.name == "Database"] == ["error"]


def test_a_backup_that_cannot_be_written_leaves_nothing(
    sqlite_db: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    with pytest.raises(UnavailableError, match="could not be written"), no_file_larger_than(8192):
        sqlite_db.backup(folder / "copy.db")
    assert files_in(folder) == set()


def test_a_copy_that_is_not_whole_does_not_count(sqlite_db: Database, tmp_path: Path) -> None:
    """A fault that SQLite copies without noticing: a row that breaks its table's rules."""
    with sqlite_db.write() as session:
        session.execute(text("CREATE TABLE odd (x TEXT)"))
        session.execute(text("INSERT INTO odd VALUES (NULL)"))
        session.execute(text("PRAGMA writable_schema = ON"))
        changed = "UPDATE sqlite_schema SET sql = 'CREATE TABLE odd (x TEXT NOT NULL)'"
        session.execute(text(f"{changed} WHERE name = 'odd'"))
    sqlite_db.close()
    with pytest.raises(DamagedError):
        sqlite_db.backup(tmp_path / "copies" / "copy.db")
    assert files_in(tmp_path / "copies") == set()


def test_what_is_not_there_or_not_sqlite_cannot_be_copied(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        Database.in_file(tmp_path / "none.db").backup(tmp_path / "copy.db")
    with pytest.raises(UnavailableError, match="pg_dump"):
        backup.make(URL.create("postgresql+psycopg"), tmp_path / "copy.db")
