"""The one place that knows how each database says "insert, unless it is there", and "wait"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import Table

PROPOSING = 5_102_024_117  # any number of our own, for PostgreSQL's advisory locks


def insert_new(session: Session, table: type[Table], values: Mapping[str, Any]) -> int | None:
    """Inserts a row and returns its id; None, and no change, if a unique value is taken."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).values(dict(values)).on_conflict_do_nothing()
    made: int | None = session.scalar(statement.returning(table.__table__.c.id))
    return made


def take_turns(session: Session, lock: int = PROPOSING) -> None:
    """Waits until no other transaction holds `lock`, which is kept to the end of this one.

    SQLite's writers have taken turns since they began.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(lock)))
