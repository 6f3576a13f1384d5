"""Which videos are worth a person's look first: the orders of a queue that SQL can answer.

All take the filter of a list and give ids of `current_videos`, best first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.records import browsing
from storage.records.filters import Filter
from storage.tables import CurrentVideo, Label, LabelEvent, Prediction

HISTORY = 1000  # of the latest labels: what they say of an answer that was given long ago is past
CANDIDATES = 2000


@dataclass(frozen=True, slots=True)
class Card:
    """What a queue says of a video. `key` is the answer's search key, `probability` in 0..1.

    None without an answer.
    """

    video_id: int
    answer: str | None
    key: str | None
    probability: float | None
    opinions: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How often people looked at this answer of the model, and how often they let it stand."""

    right: int
    seen: int

    @property
    def share(self) -> float:
        """How often it is right, in 0..1; 1 before anybody looked, as three right ones count."""
        return (self.right + 3) / (self.seen + 3)


def cards(session: Session, *, video_ids: Sequence[int]) -> dict[int, Card]:
    """What is known of these videos, by their ids."""
    statement = (
        select(
            CurrentVideo.video_id,
            Prediction.top_label,
            Prediction.top_key,
            CurrentVideo.top_probability,
            CurrentVideo.opinions,
        )
        .outerjoin(Prediction, Prediction.id == CurrentVideo.prediction_id)
        .where(CurrentVideo.video_id.in_(video_ids))
    )
    return {row.video_id: Card(*row) for row in session.execute(statement)}


def tallies(session: Session) -> dict[str, Tally]:
    """How the model's answers fared among the `HISTORY` latest labels, by the class's key."""
    latest = (
        select(CurrentVideo.prediction_id, CurrentVideo.label_key)
        .where(CurrentVideo.state == "labelled", CurrentVideo.latest_id.is_not(None))
        .order_by(CurrentVideo.latest_id.desc())
        .limit(HISTORY)
        .subquery()
    )
    statement = select(Prediction.top_key, latest.c.label_key).join(
        latest, latest.c.prediction_id == Prediction.id
    )
    found: dict[str, Tally] = {}
    for said, meant in session.execute(statement):
        before = found.get(said, Tally(0, 0))
        found[said] = Tally(before.right + (said == meant), before.seen + 1)
    return found


def likely_wrong(
    session: Session, *, where: Filter, known: Mapping[str, Tally], limit: int
) -> tuple[int, ...]:
    """Videos by how likely the answer is wrong: unsure ones, and answers that people often correct.

    The filter should show videos without a label: a label stands in the answer's place. Looks at
    the `CANDIDATES` least sure and as many with an answer that was corrected, not at all: an index
    gives both in milliseconds.
    """
    fitting = browsing.fitting(session, where).where(CurrentVideo.prediction_id.is_not(None))
    wanted = fitting.add_columns(CurrentVideo.label_key, CurrentVideo.top_probability)
    corrected = [key for key, tally in known.items() if tally.right < tally.seen]
    found = [
        wanted.order_by(CurrentVideo.top_probability, CurrentVideo.video_id),
        wanted.where(CurrentVideo.label_key.in_(corrected)),
    ]
    right: dict[int, float] = {}
    for statement in found if corrected else found[:1]:
        for video_id, key, probability in session.execute(statement.limit(CANDIDATES)):
            tally = known.get(key or "")
            right[video_id] = (probability or 0.0) * (tally.share if tally else 1.0)
    return tuple(sorted(right, key=lambda video_id: (right[video_id], video_id))[:limit])


def disputed(session: Session, *, where: Filter, limit: int) -> tuple[int, ...]:
    """Videos about which people disagree: most opinions first, then the latest."""
    found = browsing.fitting(session, where).where(CurrentVideo.state == "disagree")
    order = (CurrentVideo.opinions.desc(), CurrentVideo.latest_id.desc())
    return tuple(session.scalars(found.order_by(*order).limit(limit)))


def contradicted(session: Session, *, where: Filter, limit: int) -> tuple[int, ...]:
    """Labelled videos of which the model says something else: the surest contradiction first."""
    found = browsing.fitting(session, where).where(
        CurrentVideo.state == "labelled",
        CurrentVideo.verdict == "corrected",
        CurrentVideo.top_probability.is_not(None),
    )
    order = (CurrentVideo.top_probability.desc(), CurrentVideo.video_id)
    return tuple(session.scalars(found.order_by(*order).limit(limit)))


def named(session: Session, *, limit: int) -> dict[int, str]:
    """The videos that were labelled last, the latest first, with their labels."""
    statement = (
        select(CurrentVideo.video_id, Label.name)
        .join(LabelEvent, LabelEvent.id == CurrentVideo.deciding_id)
        .join(Label, Label.id == LabelEvent.label_id)
        .where(CurrentVideo.state == "labelled")
        .order_by(CurrentVideo.latest_id.desc())
        .limit(limit)
    )
    return {row.video_id: row.name for row in session.execute(statement)}


def shown(session: Session, *, where: Filter, video_ids: Sequence[int]) -> frozenset[int]:
    """Those of these videos that a filter shows."""
    few = browsing.fitting(session, where).where(CurrentVideo.video_id.in_(video_ids))
    return frozenset(session.scalars(few))
