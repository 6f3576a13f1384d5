"""The list of videos: each with what the model said last and what people decided.

Three statements however many videos there are: one page of rows, their decisions, the number found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Select, Subquery, func, or_, select
from sqlalchemy.orm import Session, aliased

from storage import decisions, effective
from storage.decisions import LabelEventRecord
from storage.errors import InvalidError
from storage.tables import Label, LabelEvent, ModelVersion, Prediction, Video
from storage.text import like_pattern, storable

State = Literal["unlabelled", "labelled", "corrected", "confirmed", "unusable", "unsure"]
STATES: tuple[State, ...] = get_args(State)
Order = Literal[
    "newest", "oldest", "name", "name_desc", "least_sure", "most_sure", "label", "label_desc",
    "decided", "decided_oldest", "duration", "duration_desc",
]  # fmt: skip
ORDERS: tuple[Order, ...] = get_args(Order)
LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """Which videos to show. `text` is looked for in names, decided labels and top predictions.

    `labelled` means confirmed or corrected. `annotator` means that this person's word stands.
    """

    text: str = ""
    state: State | None = None
    annotator: str | None = None

    def __post_init__(self) -> None:
        if self.state is not None and self.state not in STATES:
            raise InvalidError(f"Unknown state {self.state}. Possible: {', '.join(STATES)}.")


@dataclass(frozen=True, slots=True)
class TopPrediction:
    """What the model said last: its most probable class, in 0..1, and which version it was."""

    id: int
    label: str
    probability: float
    model_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VideoRow:
    """A line of the list. `decision` counts for the video; `opinions` are those of all people."""

    id: int
    name: str
    sha256: str
    uri: str
    proxy_uri: str | None
    duration_s: float
    uploaded_by: str
    created_at: datetime
    prediction: TopPrediction | None
    decision: LabelEventRecord | None
    opinions: tuple[LabelEventRecord, ...]

    @property
    def state(self) -> State:
        """What people made of it."""
        verdict = None if self.decision is None else self.decision.verdict
        return "unlabelled" if verdict is None or verdict == "skipped" else verdict


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and how many there are in all."""

    rows: tuple[VideoRow, ...]
    total: int
    offset: int


def browse(
    session: Session,
    *,
    where: Filter | None = None,
    order: Order = "newest",
    limit: int = 50,
    offset: int = 0,
) -> Page:
    """One page of the list, sorted by the database over all rows.

    `label` sorts by what the list shows: the decided label, else the model's top class; `decided`
    by the latest decision, newest first; `duration` by length, shortest first. What has no such
    value comes last in both directions; ties go by newest upload. Raises `InvalidError` for an
    unknown order or an odd page size.
    """
    if order not in ORDERS:
        raise InvalidError(f"Unknown order {order}. Possible: {', '.join(ORDERS)}.")
    if not 0 < limit <= LARGEST_PAGE or offset < 0:
        raise InvalidError(f"A page can have 1 to {LARGEST_PAGE} rows.")
    heads = _heads()
    statement = _filtered(_joined(heads), where or Filter())
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    page = statement.order_by(*_ordering(order)).limit(limit).offset(offset)
    found = session.execute(page).all()
    return Page(rows=_rows(session, found), total=total, offset=offset)


def states(session: Session) -> dict[State, int]:
    """How many videos are in each state; `labelled` is the sum of confirmed and corrected."""
    heads = _heads()
    statement = (
        select(LabelEvent.verdict, func.count())
        .select_from(heads)
        .outerjoin(LabelEvent, LabelEvent.id == heads.c.event_id)
        .group_by(LabelEvent.verdict)
    )
    found = {verdict or "unlabelled": number for verdict, number in session.execute(statement)}
    result: dict[State, int] = {state: found.get(state, 0) for state in STATES}
    result["labelled"] = result["confirmed"] + result["corrected"]
    return result


def _heads() -> Subquery:
    """Every video with the ids of its latest prediction and of the decision that counts."""
    newest = select(func.max(Prediction.id)).where(Prediction.video_id == Video.id)
    return select(
        Video.id.label("video_id"),
        newest.scalar_subquery().label("prediction_id"),
        effective.deciding_id(Video.id, upto=None).label("event_id"),
    ).subquery("heads")


def _joined(heads: Subquery) -> Select[Any]:
    return (
        select(
            Video,
            heads.c.event_id,
            Prediction.id,
            Prediction.top_label,
            Prediction.top_probability,
            Prediction.created_at,
            ModelVersion.name,
        )
        .join(heads, heads.c.video_id == Video.id)
        .outerjoin(Prediction, Prediction.id == heads.c.prediction_id)
        .outerjoin(ModelVersion, ModelVersion.id == Prediction.model_version_id)
        .outerjoin(LabelEvent, LabelEvent.id == heads.c.event_id)
        .outerjoin(Label, Label.id == LabelEvent.label_id)
    )


def _filtered(statement: Select[Any], where: Filter) -> Select[Any]:
    if where.text.strip():
        pattern = like_pattern(storable(where.text))
        columns = (Video.name_key, Label.key, Prediction.top_key)
        statement = statement.where(or_(*(c.like(pattern, escape="\\") for c in columns)))
    if where.state is not None:
        statement = statement.where(_in_state(where.state))
    if where.annotator is not None:
        statement = statement.where(_decided_by(where.annotator))
    return statement


def _in_state(state: State) -> ColumnElement[bool]:
    if state == "unlabelled":
        return LabelEvent.id.is_(None)
    if state == "labelled":
        return LabelEvent.verdict.in_(decisions.NAMED)
    return LabelEvent.verdict == state


def _decided_by(annotator: str) -> ColumnElement[bool]:
    event = aliased(LabelEvent)
    theirs = select(event.video_id).where(
        event.annotator == annotator, effective.counts(event, upto=None)
    )
    return Video.id.in_(theirs)


def _ordering(order: Order) -> tuple[ColumnElement[Any], ...]:
    newest = Video.id.desc()
    label = func.coalesce(Label.key, Prediction.top_key)
    return {
        "newest": (newest,),
        "oldest": (Video.id.asc(),),
        "name": (Video.name_key.asc(), newest),
        "name_desc": (Video.name_key.desc(), newest),
        "least_sure": (Prediction.top_probability.asc().nulls_last(), newest),
        "most_sure": (Prediction.top_probability.desc().nulls_last(), newest),
        "label": (label.asc().nulls_last(), newest),
        "label_desc": (label.desc().nulls_last(), newest),
        "decided": (LabelEvent.id.desc().nulls_last(), newest),
        "decided_oldest": (LabelEvent.id.asc().nulls_last(), newest),
        "duration": (Video.duration_s.asc(), newest),
        "duration_desc": (Video.duration_s.desc(), newest),
    }[order]


def _rows(session: Session, found: Iterable[Any]) -> tuple[VideoRow, ...]:
    rows = list(found)
    opinions = decisions.current_of(session, video_ids=[row[0].id for row in rows])
    return tuple(_row(row, opinions.get(row[0].id, ())) for row in rows)


def _row(row: Any, opinions: tuple[LabelEventRecord, ...]) -> VideoRow:
    video, event_id, prediction_id, label, probability, predicted_at, model_name = row
    top = None
    if prediction_id is not None:
        top = TopPrediction(
            id=prediction_id,
            label=label,
            probability=probability,
            model_name=model_name,
            created_at=predicted_at,
        )
    return VideoRow(
        id=video.id,
        name=video.name,
        sha256=video.sha256,
        uri=video.uri,
        proxy_uri=video.proxy_uri,
        duration_s=video.duration_s,
        uploaded_by=video.uploaded_by,
        created_at=video.created_at,
        prediction=top,
        decision=next((event for event in opinions if event.id == event_id), None),
        opinions=opinions,
    )
