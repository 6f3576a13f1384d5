"""Orders that compare videos: by the vectors of their latest answers and by people's labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.words import queue as words
from app.workflow.vectors import Rows, unpacked
from model.learning import label_order
from storage.records import embeddings, review
from storage.records.browsing import Filter

CANDIDATES = 2000  # videos that are compared
MOST_SPREAD = 100_000  # of which half of them are taken, evenly
LABELLED = 2000  # the latest labels, that they are compared with
PICKED = 60  # one by one; a queue asks again long before they are through
SURE = 0.8  # a model that is less sure contradicts nobody
UNCLEAR = 0.5  # between the two most probable labels, below which a video stands between them


@dataclass(frozen=True, slots=True)
class Material:
    """Vectors of videos to be ordered, and of labelled ones with their labels' names."""

    ids: tuple[int, ...]
    rows: Rows
    known: Rows
    labels: tuple[str, ...]


Told = dict[int, str]  # videos, best first, with the reason for each
Way = Callable[[Material], Told]


def material(session: Session, video_ids: Sequence[int]) -> Material:
    """What is known of these videos; those without a vector are left out."""
    named = review.named(session, limit=LABELLED)
    vectors = embeddings.of(session, video_ids=list(dict.fromkeys([*video_ids, *named])))
    ids = tuple(video_id for video_id in video_ids if video_id in vectors)
    asked = frozenset(ids)
    known = [video_id for video_id in named if video_id in vectors and video_id not in asked]
    return Material(
        ids=ids,
        rows=unpacked([vectors[video_id] for video_id in ids]),
        known=unpacked([vectors[video_id] for video_id in known]),
        labels=tuple(named[video_id] for video_id in known),
    )


def different(of: Material) -> Told:
    """What is least like all that is labelled."""
    if not of.ids:
        return {}
    return _told(of, label_order.spread(of.rows, of.known, count=PICKED), None)


def mixed(of: Material) -> Told:
    """What teaches most."""
    if not of.ids:
        return {}
    order = label_order.mixed(of.rows, of.known, of.labels, count=PICKED)
    return _told(of, order, label_order.doubts(of.rows, of.known, of.labels))


def _told(of: Material, order: label_order.Order, doubt: label_order.Doubt | None) -> Told:
    told: Told = {}
    for place, row in enumerate(map(int, order.rows)):
        why = words.DIFFERENT if place < order.picked else words.FOLLOWS
        if row in order.seconds:
            why = words.second(order.seconds[row])
        elif doubt is not None and doubt.margin[row] < UNCLEAR:
            why = words.between(doubt.labels[doubt.first[row]], doubt.labels[doubt.second[row]])
        told[of.ids[row]] = why
    return told


def label_errors(session: Session, *, where: Filter) -> Told:
    """Labelled videos that look more like those of another label, the most so first."""
    named = review.named(session, limit=LABELLED)
    shown = review.shown(session, where=where, video_ids=list(named))
    vectors = embeddings.of(session, video_ids=list(named))
    ids = [video_id for video_id in named if video_id in vectors]
    said = [named[video_id] for video_id in ids]
    found = label_order.suspicion(unpacked([vectors[video_id] for video_id in ids]), said)
    if found is None:
        return {}
    order = (int(row) for row in (-found.excess).argsort(kind="stable"))
    return {
        ids[row]: words.looks_like(found.labels[found.other[row]], said[row])
        for row in order
        if found.excess[row] > 0 and ids[row] in shown
    }
