"""The database: opening it, reading, writing, bringing its tables up to date."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from storage.engine import backup, health, migrating, sqlite
from storage.engine.turns import Turns
from storage.errors import BusyError, explain, plain_errors
from storage.records import current

ATTEMPTS = 4  # one and three retries, each after waiting SQLite's whole busy timeout


class Database:
    """SQLite or PostgreSQL behind one URL. Opens nothing until it is first used.

    Safe to share between threads, not across a fork. Raises `NetworkDiskError` for a SQLite file on
    a network disk unless `allow_network_disk`.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        allow_network_disk: bool = False,
        mounts: Path = health.MOUNTS,
        busy_timeout_s: float = sqlite.BUSY_TIMEOUT_S,
    ) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._mounts = mounts
        self._turns = Turns()
        self._patience_s = sqlite.PATIENCE * busy_timeout_s
        if self.is_sqlite:
            if not allow_network_disk:
                health.refuse_network_disk(sqlite.file_of(self.url), mounts)
            self._reader = sqlite.reader(self.url, busy_timeout_s=busy_timeout_s)
            self._writer = sqlite.writer(self.url, busy_timeout_s=busy_timeout_s)
        else:
            self._writer = create_engine(self.url, pool_pre_ping=True)
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @classmethod
    def in_file(cls, path: Path, *, allow_network_disk: bool = False) -> Database:
        """A SQLite database in this file, whatever characters its path has."""
        url = URL.create("sqlite", database=str(path.absolute()))
        return cls(url, allow_network_disk=allow_network_disk)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the database and cannot change it."""
        with plain_errors(), Session(self._reader, expire_on_commit=False) as session:
            session.connection()
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are on the disk, all or none, when the block ends.

        Keep the block short: no decoding and no network inside. Raises `BusyError` if the write
        lock could not be had, `NoSpaceError` if the disk is full; nothing was changed then.
        """
        turn = self._turns.turn(timeout_s=self._patience_s) if self.is_sqlite else nullcontext()
        with turn, plain_errors(), _begun(self._writer) as session:
            yield session
            session.commit()

    def upgrade(self) -> migrating.Upgrade:
        """Creates or updates the tables; a SQLite file is backed up first if it has any."""
        return migrating.upgrade(self.url)

    def revision(self) -> str | None:
        """The revision of the tables; None if there are none yet."""
        return migrating.revision(self.url)

    def health(self) -> tuple[health.Verdict, ...]:
        """What a person should know about where and how this database is kept."""
        return health.examine(self.url, self._reader, mounts=self._mounts)

    def verify(self) -> tuple[int, ...]:
        """The ids of videos whose current rows are not what their history says; () if all are.

        Reads the whole history: minutes for a million events.
        """
        with self.read() as session:
            return tuple(current.differences(session))

    def repair(self) -> tuple[int, ...]:
        """Computes anew what `verify` finds wrong; returns those ids."""
        wrong = self.verify()
        if wrong:
            with self.write() as session:
                current.rebuild(session)
        return wrong

    def backup(self, path: Path) -> backup.Backup:
        """Copies a SQLite database while it is in use. Raises `UnavailableError` for others."""
        return backup.make(self.url, path)

    def close(self) -> None:
        """Closes all connections; the next use opens new ones."""
        self._reader.dispose()
        self._writer.dispose()


@contextmanager
def _begun(engine: Engine) -> Iterator[Session]:
    """A session that already holds the write lock, so the caller's block never runs twice."""
    for attempt in range(1, ATTEMPTS + 1):
        with Session(engine, expire_on_commit=False) as session:
            try:
                session.connection()
            except OperationalError as error:
                if attempt == ATTEMPTS or not isinstance(explain(error), BusyError):
                    raise
            else:
                yield session
                return
        time.sleep(random.uniform(0, 0.05 * attempt))
