"""What model versions said about videos. Append-only: looking again adds a row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from storage import documents
from storage.errors import InvalidError, NotFoundError
from storage.records import current
from storage.tables import ModelVersion, Prediction
from storage.text import search_key, storable


@dataclass(frozen=True, slots=True)
class ScoreRecord:
    """One class of an answer. `probability` in 0..1."""

    index: int
    label: str
    probability: float
    logit: float


@dataclass(frozen=True, slots=True)
class PredictionRecord:
    """An answer. `scores` as given, the top class first. `seconds` is how long it took.

    `details` is free JSON: time line, notes, crop, whatever the page needs to show it again.
    """

    id: int
    video_id: int
    model_version_id: int
    model_name: str
    model_sha256: str
    protocol: str
    scores: tuple[ScoreRecord, ...]
    details: Mapping[str, Any]
    saliency_uri: str | None
    seconds: float
    created_at: datetime

    @property
    def top(self) -> ScoreRecord:
        """The most probable class."""
        return self.scores[0]


def add(
    session: Session,
    *,
    video_id: int,
    model_version_id: int,
    protocol: str,
    scores: Sequence[ScoreRecord],
    seconds: float,
    details: Mapping[str, Any] | None = None,
    saliency_uri: str | None = None,
) -> PredictionRecord:
    """Stores an answer; the first of `scores` is its top class. NaN in `details` becomes null.

    Raises `InvalidError` if there is no class, or a score that is not a number, and `NotFoundError`
    without the video.
    """
    if not scores:
        raise InvalidError("An answer needs at least one class.")
    if not all(math.isfinite(score.probability + score.logit) for score in scores):
        raise InvalidError("The model's answer is not a number. Try another model.")
    top = scores[0]
    row = Prediction(
        video_id=video_id,
        model_version_id=model_version_id,
        protocol=protocol,
        top_index=top.index,
        top_label=storable(top.label),
        top_key=search_key(top.label),
        top_probability=top.probability,
        scores=[documents.plain(asdict(score)) for score in scores],
        details=documents.plain(details or {}),
        saliency_uri=saliency_uri,
        seconds=seconds,
    )
    current.hold(session, video_id=video_id)
    session.add(row)
    session.flush()
    current.refresh(session, video_id=video_id)
    return get(session, prediction_id=row.id)


def get(session: Session, *, prediction_id: int) -> PredictionRecord:
    """One answer. Raises `NotFoundError`."""
    found = _first(session, Prediction.id == prediction_id)
    if found is None:
        raise NotFoundError("This answer is not here (any more). Let the model look again.")
    return found


def latest(
    session: Session, *, video_id: int, model_version_id: int | None = None
) -> PredictionRecord | None:
    """The newest answer for a video, of any model version or of this one; None if there is none."""
    condition = Prediction.video_id == video_id
    if model_version_id is not None:
        condition &= Prediction.model_version_id == model_version_id
    return _first(session, condition)


def answered(session: Session, *, video_ids: Sequence[int]) -> frozenset[int]:
    """Those of these videos that have an answer of any version."""
    some = select(Prediction.video_id).where(Prediction.video_id.in_(video_ids)).distinct()
    return frozenset(session.scalars(some))


def of_video(session: Session, *, video_id: int) -> tuple[PredictionRecord, ...]:
    """All answers for a video, newest first."""
    return where(session, Prediction.video_id == video_id)


def where(session: Session, condition: ColumnElement[bool]) -> tuple[PredictionRecord, ...]:
    """All answers that meet a condition, newest first; for the queries of this package."""
    return tuple(_record(row) for row in session.execute(_answers().where(condition)))


def _answers() -> Select[Prediction, str, str]:
    return (
        select(Prediction, ModelVersion.name, ModelVersion.sha256)
        .join(ModelVersion, ModelVersion.id == Prediction.model_version_id)
        .order_by(Prediction.id.desc())
    )


def _first(session: Session, condition: ColumnElement[bool]) -> PredictionRecord | None:
    row = session.execute(_answers().where(condition).limit(1)).one_or_none()
    return None if row is None else _record(row)


def _record(row: Row[Prediction, str, str]) -> PredictionRecord:
    prediction, model_name, model_sha256 = row
    return PredictionRecord(
        id=prediction.id,
        video_id=prediction.video_id,
        model_version_id=prediction.model_version_id,
        model_name=model_name,
        model_sha256=model_sha256,
        protocol=prediction.protocol,
        scores=tuple(ScoreRecord(**score) for score in prediction.scores),
        details=prediction.details,
        saliency_uri=prediction.saliency_uri,
        seconds=prediction.seconds,
        created_at=prediction.created_at,
    )
