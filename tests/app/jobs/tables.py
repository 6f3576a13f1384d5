"""A database that fails for a while, and is whole again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from app.workflow.services import Services


@contextmanager
def without_jobs(services: Services) -> Iterator[None]:
    """While the block runs, the table of jobs has another name: nothing can be read or written."""
    _rename(services, "jobs", "jobs_elsewhere")
    try:
        yield
    finally:
        _rename(services, "jobs_elsewhere", "jobs")


def _rename(services: Services, before: str, after: str) -> None:
    with services.database.write() as session:
        session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))
