"""Bringing the tables up to date with Alembic, driven from here: there is no alembic.ini."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine
from sqlalchemy.orm import Session

from storage.engine import backup, sqlite
from storage.errors import DamagedError, RevisionError, plain_errors
from storage.records import current
from storage.tables import utc_now

SCRIPTS = Path(__file__).parents[1] / "migrations"
POSTGRESQL_LOCK = 7_305_112_024  # any number of our own: two starting servers take turns


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade did. `before` is None for a new database; `backup` if none was needed."""

    before: str | None
    after: str
    backup: Path | None

    @property
    def changed(self) -> bool:
        """Whether there was anything to do."""
        return self.before != self.after


def configuration(connection: Connection | None = None, *, scripts: Path = SCRIPTS) -> Config:
    """Alembic's configuration for these scripts, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest(*, scripts: Path = SCRIPTS) -> str:
    """The revision that this version of the program works with."""
    head = ScriptDirectory.from_config(configuration(scripts=scripts)).get_current_head()
    if head is None:
        raise RevisionError("The program's table descriptions are missing. Install it again.")
    return head


def revision(url: URL) -> str | None:
    """The revision of the database at `url`; None if it has no tables yet."""
    if url.get_backend_name() == "sqlite" and not sqlite.file_of(url).exists():
        return None
    engine = _engine(url)
    with plain_errors(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: URL, *, scripts: Path = SCRIPTS) -> Upgrade:
    """Creates or updates all tables, in one transaction: whole or not at all.

    What is current is then computed anew from the history, as this version of the program does it.

    A SQLite file that has tables is backed up first, into `backups/` beside it. Raises
    `RevisionError` if the database is newer than this program.
    """
    if url.get_backend_name() == "sqlite":
        sqlite.file_of(url).parent.mkdir(parents=True, exist_ok=True)
    target = newest(scripts=scripts)
    with plain_errors(), _engine(url).begin() as connection:
        _take_turns(connection)
        before = MigrationContext.configure(connection).get_current_revision()
        if before == target:
            return Upgrade(before=before, after=target, backup=None)
        _refuse_unknown(before, scripts)
        saved = _saved(url, before, target)
        command.upgrade(configuration(connection, scripts=scripts), target)
        with Session(connection, join_transaction_mode="conditional_savepoint") as session:
            current.rebuild(session)
            session.flush()
        _check_references(connection)
    return Upgrade(before=before, after=target, backup=saved)


def downgrade(url: URL, target: str, *, scripts: Path = SCRIPTS) -> None:
    """Takes the tables back to an earlier revision ("base" for none), in one transaction."""
    with plain_errors(), _engine(url).begin() as connection:
        _take_turns(connection)
        command.downgrade(configuration(connection, scripts=scripts), target)
        _check_references(connection)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return sqlite.migrator(url)
    return create_engine(url, poolclass=NullPool)


def _take_turns(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE has done this already.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({POSTGRESQL_LOCK})")


def _refuse_unknown(found: str | None, scripts: Path) -> None:
    known = ScriptDirectory.from_config(configuration(scripts=scripts)).walk_revisions()
    if found is not None and found not in {script.revision for script in known}:
        raise RevisionError(
            f"This database was made by a newer version of Second Look (revision {found}). "
            "Update the program, or use another data folder."
        )


def _saved(url: URL, before: str | None, target: str) -> Path | None:
    """A backup while this process holds the write lock: exactly what the upgrade starts from."""
    if before is None or url.get_backend_name() != "sqlite":
        return None
    source = sqlite.file_of(url)
    moment = utc_now().strftime("%Y%m%dT%H%M%S%f")
    name = f"{source.stem}.{before}-before-{target}.{moment}{source.suffix}"
    return backup.make(url, source.parent / "backups" / name).path


def _check_references(connection: Connection) -> None:
    # Foreign keys are off while tables are rebuilt, so they are checked before the commit.
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise DamagedError(f"The upgrade would lose references in {broken[0]}; undone.")
