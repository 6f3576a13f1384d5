"""The list of videos: each with what the model said last and what people decided.

A few statements however many videos there are: the number that fit, the ids of one page in order,
its rows, their decisions. All read `current_videos`, never the whole history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast, get_args

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.errors import InvalidError
from storage.records import decisions, filters
from storage.records.decisions import LabelEventRecord
from storage.records.filters import STATES, Filter, State
from storage.tables import CurrentVideo, ModelVersion, Prediction, Video

__all__ = ["ORDERS", "STATES", "Filter", "Order", "Page", "State", "VideoRow", "browse", "states"]

Order = Literal[
    "newest", "oldest", "name", "name_desc", "least_sure", "most_sure", "label", "label_desc",
    "decided", "decided_oldest", "duration", "duration_desc",
]  # fmt: skip
ORDERS: tuple[Order, ...] = get_args(Order)
LARGEST_PAGE = 1000


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
    """A line of the list.

    `decision` counts for the video, None without one and where people disagree; `opinions` are the
    decisions of all people that stand, oldest first. `state` is never "labelled", but what of it.
    """

    id: int
    name: str
    sha256: str
    uri: str
    proxy_uri: str | None
    duration_s: float
    uploaded_by: str
    created_at: datetime
    state: State
    prediction: TopPrediction | None
    decision: LabelEventRecord | None
    opinions: tuple[LabelEventRecord, ...]


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
    by the latest opinion, newest first; `duration` by length, shortest first. What has no such
    value comes last in both directions; ties go by upload, newest first where the order runs down.
    Raises `InvalidError` for an unknown order or an odd page size.
    """
    if order not in ORDERS:
        raise InvalidError(f"Unknown order {order}. Possible: {', '.join(ORDERS)}.")
    if not 0 < limit <= LARGEST_PAGE or offset < 0:
        raise InvalidError(f"A page can have 1 to {LARGEST_PAGE} rows.")
    where = where or Filter()
    few = filters.candidates(session, where)
    total = session.scalar(_count(session, where, few)) or 0
    page = _fitting(session, where, few).order_by(*_ordering(order)).limit(limit).offset(offset)
    return Page(rows=_rows(session, session.scalars(page).all()), total=total, offset=offset)


def ids(session: Session, *, where: Filter, order: Order = "newest", limit: int) -> tuple[int, ...]:
    """The numbers of the first `limit` videos of the list, in its order.

    Raises `InvalidError` for an unknown order.
    """
    if order not in ORDERS:
        raise InvalidError(f"Unknown order {order}. Possible: {', '.join(ORDERS)}.")
    found = fitting(session, where)
    return tuple(session.scalars(found.order_by(*_ordering(order)).limit(limit)))


def fitting(session: Session, where: Filter) -> Select[int]:
    """The ids of all videos that a filter shows, in no order; for the queries of this package."""
    return _fitting(session, where, filters.candidates(session, where))


def states(session: Session) -> dict[State, int]:
    """How many videos are in each state; `labelled` is the sum of confirmed and corrected."""
    found: dict[str, int] = dict.fromkeys(STATES, 0)
    of = (CurrentVideo.state, CurrentVideo.verdict)
    for state, verdict, number in session.execute(select(*of, func.count()).group_by(*of)):
        found[state] += number
        if state == "labelled":
            found[verdict or ""] += number
    return cast("dict[State, int]", found)


def _fitting(session: Session, where: Filter, few: Sequence[int] | None) -> Select[int]:
    """The ids of all videos that a filter shows, in no order."""
    statement = select(CurrentVideo.video_id).where(*filters.conditions(session, where))
    return statement if few is None else statement.where(CurrentVideo.video_id.in_(few))


def _count(session: Session, where: Filter, few: Sequence[int] | None) -> Select[int]:
    """How many videos a filter shows."""
    if few is not None:
        return _fitting(session, where, few).with_only_columns(func.count())
    statement = select(func.count()).select_from(CurrentVideo)
    return statement.where(*filters.counting(session, where))


def _ordering(order: Order) -> tuple[ColumnElement[Any], ...]:
    columns: dict[str, InstrumentedAttribute[Any]] = {
        "newest": CurrentVideo.video_id,
        "name": CurrentVideo.name_key,
        "least_sure": CurrentVideo.top_probability,
        "label": CurrentVideo.label_key,
        "decided": CurrentVideo.latest_id,
        "duration": CurrentVideo.duration_s,
    }
    names = {"oldest": "newest", "most_sure": "least_sure"}
    column = columns[names.get(order, order.removesuffix("_desc").removesuffix("_oldest"))]
    down = order in ("newest", "most_sure", "decided") or order.endswith("_desc")
    directed = [one.desc() if down else one.asc() for one in (column, CurrentVideo.video_id)]
    nullable = column.property.columns[0].nullable
    return (directed[0].nulls_last() if nullable else directed[0], directed[1])


def _rows(session: Session, video_ids: Sequence[int]) -> tuple[VideoRow, ...]:
    opinions = decisions.current_of(session, video_ids=video_ids)
    statement = (
        select(
            Video,
            CurrentVideo,
            Prediction.top_label,
            Prediction.created_at,
            ModelVersion.name,
        )
        .join(CurrentVideo, CurrentVideo.video_id == Video.id)
        .outerjoin(Prediction, Prediction.id == CurrentVideo.prediction_id)
        .outerjoin(ModelVersion, ModelVersion.id == Prediction.model_version_id)
        .where(Video.id.in_(video_ids))
    )
    rows = {row[0].id: _row(row, opinions) for row in session.execute(statement)}
    return tuple(rows[video_id] for video_id in video_ids)


def _row(row: Any, opinions: dict[int, tuple[LabelEventRecord, ...]]) -> VideoRow:
    video, current, label, predicted_at, model_name = row
    top = None
    if current.prediction_id is not None:
        top = TopPrediction(
            id=current.prediction_id,
            label=label,
            probability=current.top_probability,
            model_name=model_name,
            created_at=predicted_at,
        )
    of_this = opinions.get(video.id, ())
    return VideoRow(
        id=video.id,
        name=video.name,
        sha256=video.sha256,
        uri=video.uri,
        proxy_uri=video.proxy_uri,
        duration_s=video.duration_s,
        uploaded_by=video.uploaded_by,
        created_at=video.created_at,
        state=current.verdict if current.state == "labelled" else current.state,
        prediction=top,
        decision=next((event for event in of_this if event.id == current.deciding_id), None),
        opinions=of_this,
    )
