from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, NullPool, create_engine, text

from storage.engine import health, sqlite
from storage.engine.database import Database
from storage.errors import NetworkDiskError

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
server:/export /home nfs4 rw 0 0
/dev/sdb1 /home/local xfs rw 0 0
//nas/films /mnt/my\\040films cifs rw 0 0
share /mnt/shared virtiofs rw 0 0
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    """A mount table with network disks."""
    path = tmp_path / "mounts"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/data/x.db", "ext4"),
        ("/home/ann/x.db", "nfs4"),
        ("/home/local/x.db", "xfs"),
        ("/homestead/x.db", "ext4"),
        ("/mnt/my films/x.db", "cifs"),
    ],
)
def test_the_disk_under_a_path_is_found(mounts: Path, path: str, kind: str) -> None:
    assert health.disk_kind(Path(path), mounts) == kind


def test_a_network_disk_is_refused_unless_allowed(mounts: Path) -> None:
    url = "sqlite:////home/ann/x.db"
    with pytest.raises(NetworkDiskError, match="local disk"):
        Database(url, mounts=mounts)
    allowed = Database(url, mounts=mounts, allow_network_disk=True)
    assert levels(allowed)["Disk"] == "error"
    Database("sqlite:////home/local/x.db", mounts=mounts)


def levels(database: Database) -> dict[str, str]:
    return {verdict.name: verdict.level for verdict in database.health()}


def test_a_shared_folder_is_warned_about(mounts: Path) -> None:
    assert levels(Database("sqlite:////mnt/shared/x.db", mounts=mounts))["Disk"] == "warning"


def test_without_a_mount_table_nothing_is_refused(tmp_path: Path) -> None:
    assert health.disk_kind(tmp_path, tmp_path / "none") == ""


@pytest.mark.parametrize(
    ("version", "level"),
    [((3, 40, 1), "warning"), ((3, 51, 2), "warning"), ((3, 51, 3), "ok"), ((3, 52, 0), "ok")],
)
def test_the_sqlite_version_is_judged(version: tuple[int, int, int], level: str) -> None:
    assert health.library_verdict(version).level == level


def test_a_good_database_is_good(db: Database) -> None:
    assert levels(db)["Tables"] == "ok"
    assert "error" not in levels(db).values()


def test_a_database_in_another_mode_and_a_damaged_one_are_errors(
    tmp_path: Path, sqlite_db: Database
) -> None:
    letter = tmp_path / "letter.db"
    letter.write_text("Dear Sir or Madam, " * 100)
    assert levels(Database.in_file(letter))["Database"] == "error"
    sqlite_db.close()
    with closing(sqlite3.connect(sqlite.file_of(sqlite_db.url))) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'videos'")
        connection.commit()
    assert levels(sqlite_db)["Database"] == "error"


def test_without_a_write_ahead_log_there_is_an_error(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "plain.db"))
    plain = create_engine(url, poolclass=NullPool)
    with plain.begin() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
    assert "write-ahead" in health.examine(url, plain)[-1].sentence


def test_tables_that_cannot_be_read_are_an_error(tmp_path: Path) -> None:
    url = URL.create("postgresql+psycopg", query={"host": str(tmp_path)})
    unused = create_engine("sqlite://")
    assert [verdict.level for verdict in health.examine(url, unused)] == ["error"]


def test_a_missing_and_an_old_database_are_warned_about(tmp_path: Path) -> None:
    missing = Database.in_file(tmp_path / "none.db")
    assert levels(missing)["Database"] == "warning"
    assert not sqlite.file_of(missing.url).exists()
    empty = Database.in_file(tmp_path / "empty.db")
    with empty.write():
        pass
    assert levels(empty)["Tables"] == "warning"
    empty.close()
