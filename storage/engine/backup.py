"""Copies of a SQLite database, taken while it is in use and checked before they count."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import uuid
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import URL

from storage.engine import sqlite
from storage.errors import DamagedError, NoSpaceError, NotFoundError, UnavailableError
from storage.files import place, write_whole


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished copy. The same facts lie beside it in a JSON file."""

    path: Path
    sha256: str
    size: int
    rows: dict[str, int]


def make(url: URL, path: Path) -> Backup:
    """Copies the SQLite database at `url` to `path`, which must not exist yet.

    `VACUUM INTO` reads one moment of the database, WAL included, which copying files would not.
    Raises `NoSpaceError`, `NotFoundError`, `DamagedError`, `UnavailableError`.
    """
    if url.get_backend_name() != "sqlite":
        raise UnavailableError("This database is PostgreSQL: back it up with pg_dump.")
    source = sqlite.file_of(url)
    if not source.exists():
        raise NotFoundError(f"There is no database at {source}.")
    if path.exists():
        raise UnavailableError(f"{path} exists already. Choose another name for the backup.")
    path.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(path.parent).free < 2 * _size(source):
        raise NoSpaceError(f"There is not enough space for a backup in {path.parent}.")
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        _copy(source, draft)
        rows = _checked(draft)
        with draft.open("rb") as copy:
            digest = hashlib.file_digest(copy, "sha256").hexdigest()
            os.fsync(copy.fileno())
        size = draft.stat().st_size
        place(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    made = Backup(path=path, sha256=digest, size=size, rows=rows)
    facts = asdict(made) | {"path": path.name}
    write_whole(path.with_name(path.name + ".json"), json.dumps(facts, indent=1).encode())
    return made


def _size(source: Path) -> int:
    wal = source.with_name(source.name + "-wal")
    return source.stat().st_size + (wal.stat().st_size if wal.exists() else 0)


def _copy(source: Path, draft: Path) -> None:
    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {round(1000 * sqlite.BUSY_TIMEOUT_S)}")
        try:
            connection.execute("VACUUM INTO ?", (str(draft),))
        except sqlite3.OperationalError as error:
            raise UnavailableError(f"The backup could not be written: {error}") from error
        except sqlite3.DatabaseError as error:
            raise DamagedError(f"The database is damaged and was not copied: {error}") from error


def _checked(draft: Path) -> dict[str, int]:
    """Row counts by table, after SQLite found the copy whole."""
    with closing(sqlite3.connect(draft)) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise DamagedError(f"The backup is not whole and was thrown away: {verdict}")
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in sorted(names)
        }
