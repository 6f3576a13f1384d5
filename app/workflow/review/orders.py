"""The orders of a queue: each gives videos of a list, best first, with the reason for each.

SQL answers those that read what is stored of each video. The others compare vectors, and so many
only (`CANDIDATES`): of a longer list half are the least sure and half are spread evenly over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.words import queue as words
from app.words.queue import QueueOrder
from app.workflow.review import comparing
from app.workflow.services import Services
from storage.records import browsing, review
from storage.records.browsing import Filter, Order

MOST_QUEUED = 1000
EVERY = 5


@dataclass(frozen=True, slots=True)
class Card:
    """A video of a queue. `why` is a sentence; "" where the list's own order says it."""

    video_id: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which videos, in which order; `sort` is the list's own."""

    where: Filter
    order: QueueOrder = "listed"
    sort: Order = "newest"

    @property
    def to_label(self) -> Filter:
        """The videos that have no label yet, unless the list shows a state of its own."""
        return self.where if self.where.state else replace(self.where, state="unlabelled")


def queue(services: Services, asked: Asked) -> tuple[Card, ...]:
    """The videos that somebody goes through one after the other: at most `MOST_QUEUED`."""
    with services.database.read() as session:
        return tuple(ORDERS[asked.order](session, asked))


def _listed(session: Session, asked: Asked) -> Iterable[Card]:
    found = browsing.ids(session, where=asked.where, order=asked.sort, limit=MOST_QUEUED)
    return map(Card, found)


def _newest(session: Session, asked: Asked) -> Iterable[Card]:
    found = browsing.ids(session, where=asked.to_label, order="newest", limit=MOST_QUEUED)
    return (Card(video_id, words.NEWEST) for video_id in found)


def _unsure(session: Session, asked: Asked) -> Iterable[Card]:
    found = browsing.ids(session, where=asked.to_label, order="least_sure", limit=MOST_QUEUED)
    return _told_as_unsure(found, review.cards(session, video_ids=found))


def _told_as_unsure(found: Sequence[int], known: Mapping[int, review.Card]) -> Iterable[Card]:
    for place, video_id in enumerate(found):
        why = words.least_sure(known[video_id].probability, is_first=place == 0)
        yield Card(video_id, why)


def _wrong(session: Session, asked: Asked) -> Iterable[Card]:
    tallies = review.tallies(session)
    found = review.likely_wrong(session, where=asked.to_label, known=tallies, limit=MOST_QUEUED)
    known = review.cards(session, video_ids=found)
    for video_id in found:
        card = known[video_id]
        tally = tallies.get(card.key or "")
        if tally is None or card.answer is None or tally.right == tally.seen:
            yield Card(video_id, words.least_sure(card.probability, is_first=False))
        else:
            wrong = tally.seen - tally.right
            yield Card(video_id, words.often_corrected(card.answer, wrong, tally.seen))


def _disagree(session: Session, asked: Asked) -> Iterable[Card]:
    found = review.disputed(session, where=asked.where, limit=MOST_QUEUED)
    known = review.cards(session, video_ids=found)
    return (Card(video_id, words.disagree(known[video_id].opinions)) for video_id in found)


def _label_errors(session: Session, asked: Asked) -> Iterable[Card]:
    """Labels that other videos' labels speak against, then those that a sure model contradicts."""
    told = comparing.label_errors(session, where=asked.where)
    found = review.contradicted(session, where=asked.where, limit=MOST_QUEUED)
    known = review.cards(session, video_ids=found)
    for video_id in found:
        card = known[video_id]
        if card.answer is not None and (card.probability or 0) >= comparing.SURE:
            told.setdefault(video_id, words.contradicted(card.answer, card.probability or 0))
    return [Card(video_id, why) for video_id, why in told.items()][:MOST_QUEUED]


def _different(session: Session, asked: Asked) -> Iterable[Card]:
    return _compared(session, asked, comparing.different)


def _best(session: Session, asked: Asked) -> Iterable[Card]:
    """What teaches most; where the list shows labelled ones, too, every fifth has doubtful labels.

    A disagreement settled or a wrong label corrected teaches as much as a new label.
    """
    found = list(_compared(session, asked, comparing.mixed))
    if asked.where.state is not None:
        return found
    doubtful = [*_disagree(session, asked), *_label_errors(session, asked)]
    for place, card in enumerate(doubtful, start=1):
        found.insert(place * EVERY - 1, card)
    return found[:MOST_QUEUED]


def _compared(session: Session, asked: Asked, way: comparing.Way) -> Iterable[Card]:
    """Candidates by their vectors; after them what has none, least sure first."""
    ids = candidates(session, asked.to_label)
    told = way(comparing.material(session, ids))
    rest = [video_id for video_id in ids if video_id not in told]
    known = review.cards(session, video_ids=rest)
    unsure = _told_as_unsure(rest, known)
    compared = [Card(video_id, why) for video_id, why in told.items()]
    return [*compared, *unsure][:MOST_QUEUED]


def candidates(session: Session, where: Filter) -> tuple[int, ...]:
    """At most `comparing.CANDIDATES` videos of a list: the least sure, and some of all."""
    most = comparing.CANDIDATES
    least_sure = browsing.ids(session, where=where, order="least_sure", limit=most)
    if len(least_sure) < most:
        return least_sure
    everything = browsing.ids(session, where=where, order="newest", limit=comparing.MOST_SPREAD)
    step = max(len(everything) * 2 // most, 1)
    return tuple(dict.fromkeys([*least_sure[: most // 2], *everything[::step][: most // 2]]))


ADAPTS: tuple[QueueOrder, ...] = ("mix", "different")
"""Every label changes what is best next in these, so they are asked for again on the way."""

ORDERS: dict[QueueOrder, Callable[[Session, Asked], Iterable[Card]]] = {
    "listed": _listed,
    "mix": _best,
    "unsure": _unsure,
    "wrong": _wrong,
    "different": _different,
    "label_errors": _label_errors,
    "disagree": _disagree,
    "newest": _newest,
}
