"""The one place that knows how each database says "insert, unless it is there already"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import Table


def insert_new(session: Session, table: type[Table], values: Mapping[str, Any]) -> int | None:
    """Inserts a row and returns its id; None, and no change, if a unique value is taken."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).values(dict(values)).on_conflict_do_nothing()
    made: int | None = session.scalar(statement.returning(table.__table__.c.id))
    return made
