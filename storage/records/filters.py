"""Which videos a list shows, as conditions on `current_videos` that an index can answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Select,
    column,
    exists,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.errors import InvalidError
from storage.tables import CurrentOpinion, CurrentVideo
from storage.text import search_key, storable

State = Literal[
    "unlabelled", "labelled", "corrected", "confirmed", "unusable", "unsure", "disagree"
]
STATES: tuple[State, ...] = get_args(State)
# So many can be looked up one by one and sorted; if more fit, walking the order meets them soon.
FEW = 2000
LETTERS = 3  # the shortest text that SQLite's full-text index finds
SEARCH = table("video_search", column("rowid"))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which videos to show. `text` is looked for in names, decided labels and top predictions.

    Where people disagree, it is looked for in what each of them said. `labelled` means confirmed or
    corrected. `annotator` means that this person's word stands.
    """

    text: str = ""
    state: State | None = None
    annotator: str | None = None

    def __post_init__(self) -> None:
        if self.state is not None and self.state not in STATES:
            raise InvalidError(f"Unknown state {self.state}. Possible: {', '.join(STATES)}.")

    @property
    def key(self) -> str:
        """The text as it is looked for; "" for none."""
        return search_key(storable(self.text))


def conditions(session: Session, where: Filter) -> list[ColumnElement[bool]]:
    """What a row of `current_videos` has to fulfil; empty if all are shown."""
    wanted = _state(CurrentVideo.state, where.state)
    wanted += _text(session, where)
    if where.annotator is not None:
        theirs = exists().where(
            CurrentOpinion.video_id == CurrentVideo.video_id,
            CurrentOpinion.annotator == where.annotator,
        )
        wanted.append(theirs)
    return wanted


def counting(session: Session, where: Filter) -> list[ColumnElement[bool]]:
    """The same conditions, for a count of many rows, which needs no order.

    SQLite then reads `current_videos` from its first to its last page: the index of the states
    would lead to each row by itself (measured for 100,000 videos: 119 ms instead of 20). Only the
    states alone are counted faster within their index.
    """
    if not _is_sqlite(session) or (not where.key and where.annotator is None):
        return conditions(session, where)
    wanted = _state(CurrentVideo.state.concat(""), where.state)  # what no index knows
    wanted += _text(session, where)
    if where.annotator is not None:
        wanted.append(CurrentVideo.video_id.in_(_of_annotator(where.annotator)))
    return wanted


def _state(
    column: ColumnElement[str] | InstrumentedAttribute[str], state: State | None
) -> list[ColumnElement[bool]]:
    if state in ("confirmed", "corrected"):
        return [column == "labelled", CurrentVideo.verdict == state]
    return [] if state is None else [column == state]


def _text(session: Session, where: Filter) -> list[ColumnElement[bool]]:
    place = func.instr if _is_sqlite(session) else func.strpos
    return [place(CurrentVideo.search, where.key) > 0] if where.key else []


def _of_annotator(annotator: str) -> Select[int]:
    """The ids of the videos about which this person's word stands, once or several times."""
    return select(CurrentOpinion.video_id).where(CurrentOpinion.annotator == annotator)


def candidates(session: Session, where: Filter) -> Sequence[int] | None:
    """The ids of all videos that may fit, if an index tells that they are few.

    None if they are many or no index knows. PostgreSQL's planner decides by itself, from its
    statistics.
    """
    if not _is_sqlite(session):
        return None
    for found in _indexed(where):
        ids = session.scalars(found.limit(FEW + 1)).all()
        if len(ids) <= FEW:
            return ids
    return None


def _indexed(where: Filter) -> list[Select[int]]:
    found: list[Select[int]] = []
    if len(where.key) >= LETTERS:
        phrase = '"' + where.key.replace('"', '""') + '"'
        hits = select(SEARCH.c.rowid.label("video_id"))
        found.append(hits.where(literal_column("video_search").op("MATCH")(phrase)))
    if where.annotator is not None:
        found.append(_of_annotator(where.annotator).distinct())
    return found


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
