"""Model versions: every weight file that ever answered, its ancestry, and which one answers now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, update
from sqlalchemy.orm import Session, aliased

from storage import documents
from storage.errors import NotFoundError
from storage.records.upserts import insert_new
from storage.tables import ModelVersion, Promotion
from storage.text import one_line, storable


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A weight file. `sha256` of the file; `spec` says how to build and feed its network.

    `origin` is free JSON: where it was downloaded, or the run that made it (configuration, seed,
    code version, last label event). `manifest_sha256` names the frozen training set.
    """

    name: str
    weights_uri: str
    sha256: str
    spec: Mapping[str, Any] = field(default_factory=dict)
    origin: Mapping[str, Any] = field(default_factory=dict)
    parent_id: int | None = None
    manifest_sha256: str | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A stored version. `promoted_at` is when it last became the one that answers, or None."""

    id: int
    name: str
    weights_uri: str
    sha256: str
    spec: Mapping[str, Any]
    origin: Mapping[str, Any]
    parent_id: int | None
    manifest_sha256: str | None
    metrics: Mapping[str, Any]
    created_at: datetime
    promoted_at: datetime | None


@dataclass(frozen=True, slots=True)
class PromotionRecord:
    """Who made which version the one that answers, when, and why."""

    id: int
    version_id: int
    version_name: str
    promoted_by: str
    note: str
    created_at: datetime


def register(session: Session, *, version: NewVersion) -> VersionRecord:
    """The row of this weight file, made if its SHA-256 is new; a known one stays as it is."""
    values = {
        "name": one_line(version.name, what="The model's name", longest=200),
        "weights_uri": version.weights_uri,
        "sha256": version.sha256,
        "spec": documents.plain(version.spec),
        "origin": documents.plain(version.origin),
        "parent_id": version.parent_id,
        "manifest_sha256": version.manifest_sha256,
        "metrics": documents.plain(version.metrics),
    }
    insert_new(session, ModelVersion, values)
    stored = session.execute(_versions().where(ModelVersion.sha256 == version.sha256))
    return _record(stored.one())


def set_metrics(session: Session, *, version_id: int, metrics: Mapping[str, Any]) -> VersionRecord:
    """Replaces a version's metrics, as after testing it. Raises `NotFoundError`."""
    change = update(ModelVersion).where(ModelVersion.id == version_id)
    session.execute(change.values(metrics=documents.plain(metrics)))
    return get(session, version_id=version_id)


def promote(
    session: Session, *, version_id: int, promoted_by: str, note: str = ""
) -> VersionRecord:
    """Makes a version the one that answers; an earlier one to roll back. Raises `NotFoundError`."""
    get(session, version_id=version_id)
    by = storable(promoted_by).strip()
    row = Promotion(model_version_id=version_id, promoted_by=by, note=storable(note).strip())
    session.add(row)
    session.flush()
    return get(session, version_id=version_id)


def active(session: Session) -> VersionRecord | None:
    """The version promoted last; None if none ever was."""
    last = select(Promotion.model_version_id).order_by(Promotion.id.desc()).limit(1)
    return _one(session, ModelVersion.id == last.scalar_subquery())


def get(session: Session, *, version_id: int) -> VersionRecord:
    """One version. Raises `NotFoundError`."""
    found = _one(session, ModelVersion.id == version_id)
    if found is None:
        raise NotFoundError("This model version is not here (any more). Choose another one.")
    return found


def find(session: Session, *, sha256: str) -> VersionRecord | None:
    """The version of this weight file, or None."""
    return _one(session, ModelVersion.sha256 == sha256)


def all_versions(session: Session) -> tuple[VersionRecord, ...]:
    """All versions, newest first."""
    rows = session.execute(_versions().order_by(ModelVersion.id.desc()))
    return tuple(_record(row) for row in rows)


def promotions(session: Session) -> tuple[PromotionRecord, ...]:
    """Every promotion, newest first."""
    rows = session.execute(
        select(Promotion, ModelVersion.name)
        .join(ModelVersion, ModelVersion.id == Promotion.model_version_id)
        .order_by(Promotion.id.desc())
    )
    return tuple(
        PromotionRecord(
            id=row.id,
            version_id=row.model_version_id,
            version_name=name,
            promoted_by=row.promoted_by,
            note=row.note,
            created_at=row.created_at,
        )
        for row, name in rows
    )


def _versions() -> Select[ModelVersion, datetime]:
    last = aliased(Promotion)
    newest = select(func.max(Promotion.id)).where(Promotion.model_version_id == ModelVersion.id)
    return select(ModelVersion, last.created_at).outerjoin(
        last, last.id == newest.scalar_subquery()
    )


def _one(session: Session, condition: ColumnElement[bool]) -> VersionRecord | None:
    row = session.execute(_versions().where(condition)).one_or_none()
    return None if row is None else _record(row)


def _record(row: Row[ModelVersion, datetime]) -> VersionRecord:
    version, promoted_at = row
    return VersionRecord(
        id=version.id,
        name=version.name,
        weights_uri=version.weights_uri,
        sha256=version.sha256,
        spec=version.spec,
        origin=version.origin,
        parent_id=version.parent_id,
        manifest_sha256=version.manifest_sha256,
        metrics=version.metrics,
        created_at=version.created_at,
        promoted_at=promoted_at,
    )
