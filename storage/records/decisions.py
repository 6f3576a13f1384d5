"""What people decided: an append-only history of label events. Undoing is one more event.

The decision that counts for a video and a person is the latest one that is not undone and not a
skip; `agreement` says which of those counts for the video, if any. A person is a name; without a
name, a browser; without both, all those of whom nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Result, Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from storage.errors import BusyError, ConflictError, InvalidError, NotFoundError
from storage.records import current as current_rows
from storage.records import effective, labels
from storage.records.decision import Decision, Imported, Verdict, check_op_id
from storage.records.effective import AsOf
from storage.records.upserts import insert_new
from storage.tables import CurrentOpinion, Label, LabelEvent, Prediction
from storage.text import storable

# What two requests with the same op_id must agree in; the time taken, say, may differ.
SAME = ("video_id", "verdict", "label_id", "segment_id", "decision_id")


@dataclass(frozen=True, slots=True)
class LabelEventRecord:
    """An event. `verdict` is None for an undo, which has `undo_of` and `decision_id` instead.

    `undone` says whether a later event took it back. `repeated` is True if the same `op_id` had
    been stored before, and this is what was stored then.
    """

    id: int
    op_id: str
    video_id: int
    prediction_id: int | None
    verdict: Verdict | None
    label_id: int | None
    label: str | None
    label_index: int | None
    annotator: str
    note: str
    start_s: float | None
    end_s: float | None
    segment_id: str | None
    seen_saliency: bool | None
    time_taken_s: float | None
    undo_of: int | None
    decision_id: int | None
    created_at: datetime
    undone: bool
    repeated: bool = False
    browser: str = ""
    settles: bool = False
    imported: Imported | None = None

    @property
    def decided_at(self) -> datetime:
        """When the person decided: an imported decision is older than its event."""
        made = None if self.imported is None else self.imported.decided_at
        return made or self.created_at

    @property
    def person(self) -> tuple[str, str]:
        """Who decided, to tell people apart: the name and "", or "" and the browser."""
        return (self.annotator, "") if self.annotator else ("", self.browser)


def record_decision(session: Session, decision: Decision) -> LabelEventRecord:
    """Stores a decision once, however often the same `op_id` arrives.

    Raises `InvalidError`, also for a label that is not there and not new, `NotFoundError`, and
    `ConflictError` if `op_id` was used for something else.
    """
    values = {
        "op_id": decision.op_id,
        "video_id": decision.video_id,
        "prediction_id": decision.prediction_id,
        "verdict": decision.verdict,
        "label_id": _label_id(session, decision),
        "annotator": _name(decision.annotator),
        "browser": storable(decision.browser),
        "settles": decision.settles,
        "note": storable(decision.note).strip(),
        "start_s": decision.start_s,
        "end_s": decision.end_s,
        "segment_id": decision.segment_id,
        "seen_saliency": decision.seen_saliency,
        "time_taken_s": decision.time_taken_s,
        **_origin(decision.imported),
    }
    earlier = _by_op_id(session, values)
    if earlier is not None:
        return earlier
    current_rows.hold(session, video_id=decision.video_id)
    _check_answer(session, decision)
    return _stored(session, values)


def undo(
    session: Session, *, op_id: str, event_id: int, annotator: str, browser: str = ""
) -> LabelEventRecord:
    """Takes an event back with a new event; taking back an undo is a redo.

    If it is undone already, the event that did so is returned, marked `repeated`. Who may undo
    whose events is the caller's question. Raises `NotFoundError`, and `ConflictError` if `op_id`
    was used for something else.
    """
    check_op_id(op_id)
    current_rows.hold(session, video_id=get(session, event_id=event_id).video_id)
    event = get(session, event_id=event_id)
    values = {
        "op_id": op_id,
        "video_id": event.video_id,
        "segment_id": event.segment_id,
        "annotator": _name(annotator),
        "browser": storable(browser),
        "note": "",
        "decision_id": event.decision_id or event.id,
    }
    earlier = _by_op_id(session, values)
    if earlier is not None:
        return earlier
    last = _last_of_chain(session, event)
    if event.undone:
        return replace(last, repeated=True)
    return _stored(session, values | {"undo_of": last.id})


def get(session: Session, *, event_id: int) -> LabelEventRecord:
    """One event. Raises `NotFoundError`."""
    row = session.execute(_events(None).where(LabelEvent.id == event_id)).one_or_none()
    if row is None:
        raise NotFoundError("This decision is not here (any more). Reload the page.")
    return _record(row)


def history(session: Session, *, video_id: int, as_of: AsOf = None) -> tuple[LabelEventRecord, ...]:
    """Everything that happened to a video's labels, oldest first."""
    upto = None if as_of is None else effective.resolved(session, as_of)
    statement = _events(upto).where(LabelEvent.video_id == video_id).order_by(LabelEvent.id)
    if upto is not None:
        statement = statement.where(LabelEvent.id <= upto)
    return tuple(_record(row) for row in session.execute(statement))


def current(
    session: Session, *, video_id: int | None = None, as_of: AsOf = None
) -> tuple[LabelEventRecord, ...]:
    """The decision that counts for each person (and segment) of one video or of all.

    In the order in which they were made.
    """
    found = _standing(session, None if video_id is None else (video_id,), as_of)
    return tuple(_record(row) for row in found)


def current_of(
    session: Session, *, video_ids: Sequence[int], as_of: AsOf = None
) -> dict[int, tuple[LabelEventRecord, ...]]:
    """`current` of several videos in one statement; a video without decisions is left out."""
    found: dict[int, list[LabelEventRecord]] = {}
    for event in map(_record, _standing(session, video_ids, as_of)):
        found.setdefault(event.video_id, []).append(event)
    return {video_id: tuple(events) for video_id, events in found.items()}


def annotators(session: Session) -> tuple[str, ...]:
    """The names of all who decided something, in alphabetical order; "" for those without one."""
    # From one name to the next through the index, instead of reading every event.
    names = select(func.min(LabelEvent.annotator).label("name")).cte("names", recursive=True)
    after = select(func.min(LabelEvent.annotator)).where(LabelEvent.annotator > names.c.name)
    following = select(after.scalar_subquery()).where(names.c.name.is_not(None))
    found = select(names.union_all(following).c.name)
    return tuple(sorted(name for name in session.scalars(found) if name is not None))


def _standing(
    session: Session, video_ids: Sequence[int] | None, as_of: AsOf
) -> Result[LabelEvent, str, int, int]:
    """The decisions that stand, of these videos or of all, in the order of their making."""
    if as_of is None:
        ids = select(CurrentOpinion.event_id)
        if video_ids is not None:
            ids = ids.where(CurrentOpinion.video_id.in_(video_ids))
        upto = None
    else:
        upto = effective.resolved(session, as_of)
        ids = effective.current_ids(upto=upto, video_ids=video_ids)
    return session.execute(_events(upto).where(LabelEvent.id.in_(ids)).order_by(LabelEvent.id))


def _events(upto: int | None) -> Select[LabelEvent, str, int, int]:
    return select(
        LabelEvent,
        Label.name,
        Label.index,
        (effective.followers(LabelEvent, upto=upto) % 2).label("undone"),
    ).outerjoin(Label, Label.id == LabelEvent.label_id)


def _record(row: Row[LabelEvent, str, int, int], *, repeated: bool = False) -> LabelEventRecord:
    event, name, index, undone = row
    return LabelEventRecord(
        id=event.id,
        op_id=event.op_id,
        video_id=event.video_id,
        prediction_id=event.prediction_id,
        verdict=cast("Verdict | None", event.verdict),
        label_id=event.label_id,
        label=name,
        label_index=index,
        annotator=event.annotator,
        note=event.note,
        start_s=event.start_s,
        end_s=event.end_s,
        segment_id=event.segment_id,
        seen_saliency=event.seen_saliency,
        time_taken_s=event.time_taken_s,
        undo_of=event.undo_of,
        decision_id=event.decision_id,
        created_at=event.created_at,
        undone=bool(undone),
        repeated=repeated,
        browser=event.browser,
        settles=event.settles,
        imported=None
        if event.imported_by is None
        else Imported(event.imported_by, event.decided_at),
    )


def _by_op_id(session: Session, values: Mapping[str, Any]) -> LabelEventRecord | None:
    """What the same operation stored before. Raises `ConflictError` if it was another one."""
    row = session.execute(_events(None).where(LabelEvent.op_id == values["op_id"])).one_or_none()
    if row is None:
        return None
    found = _record(row, repeated=True)
    if any(getattr(found, name) != values.get(name) for name in SAME):
        raise ConflictError("This was sent before with other content. Reload the page.")
    return found


def _last_of_chain(session: Session, event: LabelEventRecord) -> LabelEventRecord:
    root = event.decision_id or event.id
    later = aliased(LabelEvent)
    last = select(later.id).where(later.decision_id == root).order_by(later.id.desc()).limit(1)
    found = session.scalar(last)
    return event if found is None else get(session, event_id=found)


def _stored(session: Session, values: Mapping[str, Any]) -> LabelEventRecord:
    """The new event, or the one that the same operation stored at the same moment."""
    made = insert_new(session, LabelEvent, values)
    same = _by_op_id(session, values)
    if same is None:
        raise BusyError("Others are changing the same decision. Look at it and try again.")
    if made is None:
        return same
    current_rows.refresh(session, video_id=same.video_id)
    return replace(same, repeated=False)


def _label_id(session: Session, decision: Decision) -> int | None:
    if decision.label is None:
        return None
    if decision.new_label:
        return labels.propose(session, name=decision.label, added_by=decision.annotator).label.id
    known = labels.find(session, name=decision.label)
    if known is None:
        raise InvalidError(
            f"There is no label called {decision.label}. Choose one from the list, or make it new."
        )
    return known.id


def _check_answer(session: Session, decision: Decision) -> None:
    if decision.prediction_id is not None:
        of = select(Prediction.video_id).where(Prediction.id == decision.prediction_id)
        if session.scalar(of) != decision.video_id:
            raise InvalidError("The answer that was judged belongs to another video. Reload.")


def _origin(imported: Imported | None) -> Mapping[str, Any]:
    if imported is None:
        return {}
    return {"imported_by": _name(imported.by), "decided_at": imported.decided_at}


def _name(annotator: str) -> str:
    return " ".join(storable(annotator).split())
