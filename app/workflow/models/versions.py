"""The versions of the model: where each came from, and which one answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.workflow.errors import UnknownModel
from app.workflow.services import Services
from storage.records import versions
from storage.records.versions import VersionRecord


@dataclass(frozen=True, slots=True)
class Version:
    """One line of the list. `result` is the comparison with its parent, {} if it was not taught."""

    id: int
    name: str
    sha256: str
    parent: str
    made_at: datetime
    active: bool
    result: dict[str, Any]
    learned_from: int  # videos


def all_versions(services: Services) -> list[Version]:
    """Every version that ever answered or was taught, newest first."""
    with services.database.read() as session:
        found = versions.all_versions(session)
    names = {row.id: row.name for row in found}
    active = services.models.active_version()
    return [_line(row, names, active) for row in found]


def find(services: Services, prefix: str) -> VersionRecord:
    """The version whose SHA-256 begins so. Raises `UnknownModel`."""
    with services.database.read() as session:
        found = [v for v in versions.all_versions(session) if v.sha256.startswith(prefix)]
    if len(found) != 1 or len(prefix) < 4:
        raise UnknownModel("This link leads to a version of the model that is not here.")
    return found[0]


def _line(row: VersionRecord, names: dict[int, str], active: str | None) -> Version:
    return Version(
        id=row.id,
        name=row.name,
        sha256=row.sha256,
        parent=names.get(row.parent_id or 0, ""),
        made_at=row.created_at,
        active=row.sha256 == active,
        result=dict(row.metrics),
        learned_from=int(row.origin.get("learned_from", 0)),
    )
