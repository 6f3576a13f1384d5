from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.engine.database import Database
from storage.errors import NoSpaceError, UnavailableError
from tests.storage.full_disk import files_in, fill_up, small_disk
from tests.storage.rows import add_video, fill


def rows(database: Database) -> int:
    with database.read() as session:
        return session.scalar(text("SELECT count(*) FROM videos")) or 0


def test_a_full_disk_refuses_the_write_and_recovers_without_a_restart(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kilobytes=6144) as disk:
        database = Database.in_file(disk / "app.db")
        database.upgrade()
        with database.write() as session:
            add_video(session, "before")
        ballast = fill_up(disk, leave=64 * 1024)
        with pytest.raises(NoSpaceError, match="Nothing was changed"), database.write() as session:
            fill(session, 2000)
        assert rows(database) == 1
        ballast.unlink()
        with database.write() as session:
            add_video(session, "after")
        assert rows(database) == 2
        database.close()
        with closing(sqlite3.connect(disk / "app.db")) as found:
            assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_that_does_not_fit_leaves_nothing(tmp_path: Path, sqlite_db: Database) -> None:
    with sqlite_db.write() as session:
        fill(session, 2000)
    with small_disk(tmp_path / "disk", kilobytes=512) as disk:
        with pytest.raises(NoSpaceError, match="backup"):
            sqlite_db.backup(disk / "copy.db")
        assert files_in(disk) == set()


def test_an_upgrade_that_does_not_fit_leaves_no_tables(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kilobytes=96) as disk:
        database = Database.in_file(disk / "new.db")
        with pytest.raises(NoSpaceError):
            database.upgrade()
        assert database.revision() is None


def test_a_disk_that_is_full_at_the_start_says_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kilobytes=32) as disk:
        database = Database.in_file(disk / "new.db")
        with pytest.raises((NoSpaceError, UnavailableError), match="full"):
            database.upgrade()
