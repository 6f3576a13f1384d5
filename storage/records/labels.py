"""The label set: every class name that a person can choose, numbered for label maps.

Names are the same if they differ only in case, spaces, width or invisible characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from storage.errors import InvalidError, NotFoundError
from storage.records.upserts import take_turns
from storage.tables import Label, utc_now
from storage.text import one_line, search_key, storable

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class LabelRecord:
    """A label. `index` counts from 0 without gaps; `added_by` is None for those seeded."""

    id: int
    index: int
    name: str
    added_by: str | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ProposedLabel:
    """The label of a proposal. `created` is False if the name was there in some spelling."""

    label: LabelRecord
    created: bool


def seed(session: Session, *, names: Sequence[str]) -> int:
    """Adds the names that are missing, in their order, after those there are; says how many.

    On an empty label set, a name's index is its place in `names`. Raises `InvalidError` if two of
    the names are the same, since their places could then not be kept.
    """
    wanted = {search_key(name): one_line(name, what="A label", longest=255) for name in names}
    if len(wanted) != len(names):
        raise InvalidError("The list of labels names one of them twice. Remove the second one.")
    take_turns(session)
    known = set(session.scalars(select(Label.key)))
    start = _next_index(session)
    rows = [
        {"index": start + place, "name": name, "key": key, "added_at": utc_now()}
        for place, (key, name) in enumerate((k, n) for k, n in wanted.items() if k not in known)
    ]
    if rows:
        session.execute(insert(Label), rows)
    return len(rows)


def propose(session: Session, *, name: str, added_by: str) -> ProposedLabel:
    """The label of this name, made with the next free index if there is none.

    Raises `InvalidError` for a name that is empty or too long.
    """
    clean = one_line(name, what="The label", longest=LONGEST_NAME)
    take_turns(session)
    there = find(session, name=clean)
    if there is not None:
        return ProposedLabel(label=there, created=False)
    row = Label(
        index=_next_index(session),
        name=clean,
        key=search_key(clean),
        added_by=storable(added_by).strip(),
    )
    session.add(row)
    session.flush()
    return ProposedLabel(label=record(row), created=True)


def find(session: Session, *, name: str) -> LabelRecord | None:
    """The label of this name in any spelling, or None."""
    found = session.scalar(select(Label).where(Label.key == search_key(name)))
    return None if found is None else record(found)


def get(session: Session, *, label_id: int) -> LabelRecord:
    """The label with this id. Raises `NotFoundError`."""
    found = session.get(Label, label_id)
    if found is None:
        raise NotFoundError("This label is not here (any more). Reload the page.")
    return record(found)


def all_labels(session: Session) -> tuple[LabelRecord, ...]:
    """All labels in the order of their index."""
    return _records(session.scalars(select(Label).order_by(Label.index)))


def record(row: Label) -> LabelRecord:
    """The record of an ORM row, for the queries of this package."""
    return LabelRecord(
        id=row.id, index=row.index, name=row.name, added_by=row.added_by, added_at=row.added_at
    )


def _records(rows: Iterable[Label]) -> tuple[LabelRecord, ...]:
    return tuple(record(row) for row in rows)


def _next_index(session: Session) -> int:
    return session.scalars(select(func.coalesce(func.max(Label.index) + 1, 0))).one()
