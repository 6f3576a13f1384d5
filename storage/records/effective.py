"""The SQL behind "what counts now": which decisions are undone, which are the latest.

An event is undone if an odd number of later events stands in its chain of undo and redo. All
conditions take `upto`, the last event id to look at; None for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    case,
    func,
    select,
)
from sqlalchemy.orm import Session, aliased

from storage.errors import InvalidError
from storage.tables import LabelEvent

AsOf = int | datetime | None
"""A moment in the history: the id of the last event to look at, a time, or None for now."""


def resolved(session: Session, as_of: AsOf) -> int:
    """The id of the last event up to `as_of`; 0 before the first.

    A time becomes the last event stamped up to it, and everything before that event counts: a clock
    that was set back can then not separate a decision from its undoing.
    """
    if isinstance(as_of, datetime):
        if as_of.tzinfo is None:
            raise InvalidError("A moment needs a time zone, for example 2026-01-31T12:00:00Z.")
        statement = select(func.max(LabelEvent.id)).where(LabelEvent.created_at <= as_of)
    else:
        statement = select(func.max(LabelEvent.id))
        if as_of is not None:
            statement = statement.where(LabelEvent.id <= as_of)
    return session.scalar(statement) or 0


def followers(event: type[LabelEvent], *, upto: int | None) -> ScalarSelect[int]:
    """How many later events stand in this event's chain of undo and redo."""
    later = aliased(LabelEvent)
    statement = select(func.count(later.id)).where(
        later.decision_id == func.coalesce(event.decision_id, event.id), later.id > event.id
    )
    if upto is not None:
        statement = statement.where(later.id <= upto)
    return statement.scalar_subquery()


def counts(event: type[LabelEvent], *, upto: int | None) -> ColumnElement[bool]:
    """True for decisions that say something about the video and are not undone.

    Skipping says nothing, so it leaves what the same person said before.
    """
    # An undo has no verdict, so it drops out here. Asking for undo_of IS NULL would say the same,
    # but SQLite then walks through that index, all of it, for every single video.
    standing = event.verdict != "skipped"
    if upto is not None:
        standing &= event.id <= upto
    # A decision's followers are all events of its chain, which the index on decision_id finds.
    undoing = aliased(LabelEvent)
    chain = select(func.count(undoing.id)).where(undoing.decision_id == event.id)
    if upto is not None:
        chain = chain.where(undoing.id <= upto)
    return standing & (chain.scalar_subquery() % 2 == 0)


def person(event: type[LabelEvent]) -> tuple[SQLColumnExpression[str], SQLColumnExpression[str]]:
    """Who decided: the name, whatever the browser; without a name, the browser."""
    return event.annotator, case((event.annotator == "", event.browser), else_="")


def current_ids(*, upto: int | None, video_ids: Sequence[int] | None = None) -> Select[int]:
    """Ids of the decision that counts for each video, person (see `person`) and segment."""
    event = aliased(LabelEvent)
    statement = (
        select(func.max(event.id))
        .where(counts(event, upto=upto))
        .group_by(event.video_id, *person(event), event.segment_id)
    )
    return statement if video_ids is None else statement.where(event.video_id.in_(video_ids))
