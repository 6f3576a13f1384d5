"""How SQLite is opened: durable, one writer at a time, readers that cannot write."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Literal

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

Begin = Literal["BEGIN", "BEGIN IMMEDIATE"]

BUSY_TIMEOUT_S = 5.0
MIGRATION_WAIT_S = 60.0  # servers that start together on a slow machine wait for the first one
PATIENCE = 6  # busy timeouts that a thread waits for the connections of its own process


def file_of(url: URL) -> Path:
    """The database file behind a SQLite URL."""
    return Path(url.database or "").absolute()


def reader(url: URL, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """Connections for reading: any number at once, each transaction sees one moment."""
    engine = create_engine(
        url, pool_size=8, max_overflow=16, pool_timeout=PATIENCE * busy_timeout_s
    )
    return _configured(engine, "BEGIN", busy_timeout_s, "query_only = ON")


def writer(
    url: URL, *, begin: Begin = "BEGIN IMMEDIATE", busy_timeout_s: float = BUSY_TIMEOUT_S
) -> Engine:
    """The one connection of this process that writes, and so the one that moves the WAL back.

    `BEGIN IMMEDIATE` takes the write lock before anything is read: a plain `BEGIN` that first reads
    and then writes fails at once, without waiting, whenever somebody else wrote in between.
    """
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=PATIENCE * busy_timeout_s)
    return _configured(engine, begin, busy_timeout_s)


def migrator(url: URL) -> Engine:
    """A connection for changing tables, which SQLite does by dropping and renaming them."""
    engine = create_engine(url, poolclass=NullPool)
    return _configured(engine, "BEGIN IMMEDIATE", MIGRATION_WAIT_S, "foreign_keys = OFF")


def _configured(engine: Engine, begin: Begin, busy_timeout_s: float, *pragmas: str) -> Engine:
    durable = (
        f"busy_timeout = {round(1000 * busy_timeout_s)}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        *pragmas,
    )

    def on_connect(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late
        for pragma in durable:
            connection.execute(f"PRAGMA {pragma}")

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine
