"""Finding the videos that a list from elsewhere speaks of: by their bytes, or by their names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from storage.tables import LabelEvent, Video

CHUNK = 400  # values that one statement asks about; SQLite takes expressions of up to 1000 parts
WHOLE = 64  # hexadecimal digits of a SHA-256


@dataclass(frozen=True, slots=True)
class KnownVideo:
    """What has to be known of a video to tell whether a statement is about it."""

    id: int
    sha256: str
    name_key: str
    duration_s: float


def by_hash(session: Session, digits: Collection[str]) -> dict[str, KnownVideo]:
    """The videos with these hashes, or with hashes that begin with these digits, by what was asked.

    Digits that fit several videos find none.
    """
    found: dict[str, KnownVideo | None] = {}
    for chunk in _chunks(digits):
        ranges = (and_(Video.sha256 >= one, Video.sha256 <= one.ljust(WHOLE, "f")) for one in chunk)
        for video in _known(session, _columns().where(or_(*ranges))):
            for one in chunk:
                if video.sha256.startswith(one):
                    found[one] = None if one in found else video
    return {one: video for one, video in found.items() if video is not None}


def by_name(session: Session, keys: Collection[str]) -> dict[str, tuple[KnownVideo, ...]]:
    """The videos of these names, which are search keys; several may have the same name."""
    found: dict[str, tuple[KnownVideo, ...]] = {}
    for chunk in _chunks(keys):
        for video in _known(session, _columns().where(Video.name_key.in_(chunk))):
            found[video.name_key] = (*found.get(video.name_key, ()), video)
    return found


def known_operations(session: Session, op_ids: Collection[str]) -> frozenset[str]:
    """Those of these operations that have been stored, whatever became of them."""
    return frozenset(
        one
        for chunk in _chunks(op_ids)
        for one in session.scalars(select(LabelEvent.op_id).where(LabelEvent.op_id.in_(chunk)))
    )


def _columns() -> Select[int, str, str, float]:
    return select(Video.id, Video.sha256, Video.name_key, Video.duration_s).order_by(Video.id)


def _known(session: Session, statement: Select[int, str, str, float]) -> Iterator[KnownVideo]:
    return (KnownVideo(*row) for row in session.execute(statement))


def _chunks(values: Collection[str]) -> Iterator[Sequence[str]]:
    left = iter(sorted(set(values)))
    while chunk := tuple(islice(left, CHUNK)):
        yield chunk
