"""Run by Alembic; `storage.engine.migrating` puts the open connection into the configuration."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from storage.tables import Table, UtcDateTime


def rendered(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Revisions name only SQLAlchemy's own types: they must not change when our classes do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """SQLite keeps its full-text index in tables of its own making."""
    return not (kind == "table" and str(name).startswith("video_search"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    render_item=rendered,
    include_name=ours,
)
with context.begin_transaction():
    context.run_migrations()
