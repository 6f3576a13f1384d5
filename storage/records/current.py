"""What is current: one row a video beside the history that it follows from.

Each function that adds to a video's history calls `refresh` in the same transaction, after `hold`
made it wait for others who change the same video. So lists, filters, orders and counts read only
what they show, and `differences` can say at any time whether the rows are what the history says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.errors import NotFoundError
from storage.records import agreement, effective
from storage.records.decision import NAMED, VERDICTS
from storage.tables import CurrentOpinion, CurrentVideo, Label, LabelEvent, Prediction, Video

CHUNK = 500  # videos that are computed at once
UNNAMED = tuple(verdict for verdict in VERDICTS if verdict not in (*NAMED, "skipped"))
"""Where one of these counts, it is the state of the video."""


@dataclass(frozen=True, slots=True)
class _Opinion:
    """What the current rows need of a decision that stands."""

    id: int
    video_id: int
    annotator: str
    segment_id: str | None
    verdict: str | None
    label_id: int | None
    label_key: str | None
    settles: bool


@dataclass(frozen=True, slots=True)
class _Current:
    """The rows of one video: columns of `CurrentVideo`, and of `CurrentOpinion` by event."""

    video: Mapping[str, Any]
    opinions: tuple[Mapping[str, Any], ...]


def hold(session: Session, *, video_id: int) -> None:
    """Waits until nobody else is changing this video, and keeps others waiting until the end.

    SQLite's writers have waited already. Raises `NotFoundError`.
    """
    row = select(Video.id).where(Video.id == video_id).with_for_update(key_share=True)
    if session.scalar(row) is None:
        raise NotFoundError("This video is not here (any more). Go back to the list of videos.")


def refresh(session: Session, *, video_id: int) -> None:
    """Computes the rows of one video anew from its history."""
    _write(session, (video_id,))


def rebuild(session: Session) -> int:
    """Computes the rows of all videos anew; says how many videos there are."""
    ids = session.scalars(select(Video.id).order_by(Video.id)).all()
    session.execute(delete(CurrentOpinion))
    session.execute(delete(CurrentVideo))
    for chunk in _chunks(ids):
        _insert(session, _computed(session, chunk).values())
    return len(ids)


def forget(session: Session, video_ids: Sequence[int]) -> None:
    """Removes the rows of these videos."""
    for table in (CurrentOpinion, CurrentVideo):
        session.execute(delete(table).where(table.video_id.in_(video_ids)))


def differences(session: Session) -> Iterator[int]:
    """The ids of videos whose rows are not what their history says, in order."""
    gone = select(CurrentVideo.video_id).where(CurrentVideo.video_id.not_in(select(Video.id)))
    yield from session.scalars(gone)
    for chunk in _chunks(session.scalars(select(Video.id).order_by(Video.id)).all()):
        right, stored = _computed(session, chunk), _stored(session, chunk)
        yield from (video_id for video_id in chunk if right[video_id] != stored.get(video_id))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _write(session: Session, video_ids: Sequence[int]) -> None:
    forget(session, video_ids)
    _insert(session, _computed(session, video_ids).values())


def _insert(session: Session, rows: Iterable[_Current]) -> None:
    made = list(rows)
    session.execute(insert(CurrentVideo), [row.video for row in made])
    opinions = [opinion for row in made for opinion in row.opinions]
    if opinions:
        session.execute(insert(CurrentOpinion), opinions)


def _computed(session: Session, video_ids: Sequence[int]) -> dict[int, _Current]:
    """What the history says about these videos."""
    opinions = _opinions(session, video_ids)
    answers = _answers(session, video_ids)
    named = select(Video.id, Video.name_key, Video.duration_s).where(Video.id.in_(video_ids))
    return {
        video_id: _row(video_id, name, length, opinions.get(video_id, []), answers.get(video_id))
        for video_id, name, length in session.execute(named.order_by(Video.id))
    }


def _opinions(session: Session, video_ids: Sequence[int]) -> dict[int, list[_Opinion]]:
    ids = effective.current_ids(upto=None, video_ids=video_ids)
    statement = (
        select(
            LabelEvent.id,
            LabelEvent.video_id,
            LabelEvent.annotator,
            LabelEvent.segment_id,
            LabelEvent.verdict,
            LabelEvent.label_id,
            Label.key,
            LabelEvent.settles,
        )
        .outerjoin(Label, Label.id == LabelEvent.label_id)
        .where(LabelEvent.id.in_(ids))
        .order_by(LabelEvent.id)
    )
    found: dict[int, list[_Opinion]] = {}
    for row in session.execute(statement):
        found.setdefault(row.video_id, []).append(_Opinion(*row))
    return found


def _answers(session: Session, video_ids: Sequence[int]) -> dict[int, tuple[int, str, float]]:
    """The newest answer of each video: its id, top class as a search key, and probability."""
    newest = (
        select(func.max(Prediction.id))
        .where(Prediction.video_id.in_(video_ids))
        .group_by(Prediction.video_id)
    )
    statement = select(
        Prediction.video_id, Prediction.id, Prediction.top_key, Prediction.top_probability
    ).where(Prediction.id.in_(newest))
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(statement)}


def _row(
    video_id: int,
    name_key: str,
    duration_s: float,
    opinions: Sequence[_Opinion],
    answer: tuple[int, str, float] | None,
) -> _Current:
    whole = agreement.whole(opinions)
    deciding = agreement.deciding(opinions)
    decided = deciding.label_key if deciding is not None else None
    said = [decided] if deciding is not None else [opinion.label_key for opinion in whole]
    top = answer[1] if answer is not None else None
    texts = dict.fromkeys(text for text in (name_key, *said, top) if text)
    video = {
        "video_id": video_id,
        "name_key": name_key,
        "duration_s": duration_s,
        "state": _state(opinions, deciding),
        "verdict": deciding.verdict if deciding is not None else None,
        "deciding_id": deciding.id if deciding is not None else None,
        "latest_id": whole[-1].id if whole else None,
        "opinions": len(whole),
        "prediction_id": answer[0] if answer is not None else None,
        "top_probability": answer[2] if answer is not None else None,
        "label_key": decided if decided is not None else top,
        "search": "\n".join(texts),  # no search key has a line end in it
    }
    return _Current(
        video,
        tuple(
            {"event_id": one.id, "video_id": video_id, "annotator": one.annotator}
            for one in opinions
        ),
    )


def _state(opinions: Sequence[_Opinion], deciding: _Opinion | None) -> str:
    if deciding is None:
        return "disagree" if agreement.disagree(opinions) else "unlabelled"
    return deciding.verdict if deciding.verdict in UNNAMED else "labelled"


def _stored(session: Session, video_ids: Sequence[int]) -> dict[int, _Current]:
    opinions: dict[int, list[Mapping[str, Any]]] = {}
    for row in _columns(session, CurrentOpinion, video_ids, CurrentOpinion.event_id):
        opinions.setdefault(row["video_id"], []).append(row)
    return {
        row["video_id"]: _Current(row, tuple(opinions.get(row["video_id"], ())))
        for row in _columns(session, CurrentVideo, video_ids, CurrentVideo.video_id)
    }


def _columns(
    session: Session,
    table: type[CurrentVideo] | type[CurrentOpinion],
    video_ids: Sequence[int],
    order: InstrumentedAttribute[int],
) -> Iterator[Mapping[str, Any]]:
    statement = select(*table.__table__.c).where(table.video_id.in_(video_ids)).order_by(order)
    return (dict(row._mapping) for row in session.execute(statement))
