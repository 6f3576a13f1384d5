"""Which videos a list shows, as conditions on `current_videos` that an index can answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    column,
    exists,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.orm import Session

from storage.errors import InvalidError
from storage.tables import CurrentOpinion, CurrentVideo
from storage.text import search_key, storable

State = Literal[
    "unlabelled", "labelled", "corrected", "confirmed", "unusable", "unsure", "disagree"
]
STATES: tuple[State, ...] = get_args(State)
# So many can be looked up one by one and sorted; if more fit, walking the order meets them soon.
FEW = 5000
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
    wanted: list[ColumnElement[bool]] = []
    if where.state in ("confirmed", "corrected"):
        wanted += [CurrentVideo.state == "labelled", CurrentVideo.verdict == where.state]
    elif where.state is not None:
        wanted.append(CurrentVideo.state == where.state)
    if where.key:
        place = func.instr if _is_sqlite(session) else func.strpos
        wanted.append(place(CurrentVideo.search, where.key) > 0)
    if where.annotator is not None:
        theirs = exists().where(
            CurrentOpinion.video_id == CurrentVideo.video_id,
            CurrentOpinion.annotator == where.annotator,
        )
        wanted.append(theirs)
    return wanted


def candidates(session: Session, where: Filter) -> CTE | None:
    """The ids of all videos that may fit, as `video_id`, if an index tells that they are few.

    None if they are many or no index knows. PostgreSQL's planner decides by itself, from its
    statistics.
    """
    if not _is_sqlite(session):
        return None
    for found in _indexed(where):
        several = select(func.count()).select_from(found.limit(FEW + 1).subquery())
        if session.scalars(several).one() <= FEW:
            return found.cte("candidates").prefix_with("MATERIALIZED")
    return None


def _indexed(where: Filter) -> list[Select[int]]:
    found: list[Select[int]] = []
    if len(where.key) >= LETTERS:
        phrase = '"' + where.key.replace('"', '""') + '"'
        hits = select(SEARCH.c.rowid.label("video_id"))
        found.append(hits.where(literal_column("video_search").op("MATCH")(phrase)))
    if where.annotator is not None:
        theirs = select(CurrentOpinion.video_id).distinct()
        found.append(theirs.where(CurrentOpinion.annotator == where.annotator))
    return found


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
