from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.engine.database import Database
from storage.errors import BusyError, ConflictError, InvalidError, NotFoundError, StorageError
from storage.records import decisions, labels
from storage.records.decision import NAMED, VERDICTS, Decision, Verdict
from storage.records.decisions import LabelEventRecord
from tests.storage.rows import LABELS, add_prediction, add_video, decide, undo


def test_a_decision_keeps_everything_that_was_said(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
        answer = add_prediction(session, video)
        decision = Decision(
            op_id="op-1",
            video_id=video.id,
            prediction_id=answer.id,
            verdict="corrected",
            label="Yoga",
            new_label=True,
            annotator="  Ann \n Onymous ",
            note=" über den Kopf\r\n",
            start_s=0.5,
            end_s=2.0,
            seen_saliency=True,
            time_taken_s=3.25,
        )
        stored = decisions.record_decision(session, decision)
    assert (stored.label, stored.label_index, stored.verdict) == ("Yoga", 0, "corrected")
    assert (stored.annotator, stored.note) == ("Ann Onymous", "über den Kopf")
    assert (stored.start_s, stored.end_s, stored.time_taken_s) == (0.5, 2.0, 3.25)
    assert stored.seen_saliency is True
    assert stored.prediction_id == answer.id
    assert abs(datetime.now(UTC) - stored.created_at) < timedelta(minutes=1)
    with db.read() as session:
        assert decisions.current(session, video_id=video.id) == (stored,)
        assert decisions.get(session, event_id=stored.id) == stored


def test_the_same_operation_is_stored_once(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
    decision = Decision("again", video.id, "unsure", annotator="Ann")
    with db.write() as session:
        first = decisions.record_decision(session, decision)
    with db.write() as session:
        second = decisions.record_decision(session, decision)
        assert len(decisions.history(session, video_id=video.id)) == 1
    assert not first.repeated
    assert second == replace(first, repeated=True)


def test_twenty_equal_clicks_at_once_are_one_decision(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)

    def click(_number: int) -> LabelEventRecord:
        with db.write() as session:
            decision = Decision("click", video.id, "unusable", annotator="Ann")
            return decisions.record_decision(session, decision)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(click, range(20)))
    assert len({answer.id for answer in answers}) == 1
    assert sum(not answer.repeated for answer in answers) == 1
    with db.read() as session:
        assert len(decisions.history(session, video_id=video.id)) == 1


def test_an_operation_id_cannot_mean_two_things(db: Database) -> None:
    with db.write() as session:
        one, two = add_video(session, "one"), add_video(session, "two")
        event = decisions.record_decision(session, Decision("x", one.id, "unsure"))
        with pytest.raises(ConflictError):
            decisions.record_decision(session, Decision("x", two.id, "unsure"))
        with pytest.raises(ConflictError):
            decisions.record_decision(session, Decision("x", one.id, "unusable"))
        with pytest.raises(ConflictError):
            decisions.undo(session, op_id="x", event_id=event.id, annotator="")
        other = decide(session, one.id)
        decisions.undo(session, op_id="y", event_id=event.id, annotator="")
        with pytest.raises(ConflictError):
            decisions.undo(session, op_id="y", event_id=other.id, annotator="")


def test_an_event_is_taken_back_by_one_event_only(db: Database) -> None:
    """The table's own guard, should two chains ever be written past the lock."""
    with db.write() as session:
        event = decide(session, add_video(session).id)
        taken_back = undo(session, event.id)
        second = {"undo_of": event.id, "decision_id": event.id, "annotator": "", "note": ""}
        with pytest.raises(BusyError):
            decisions._stored(session, second | {"op_id": "second", "video_id": event.video_id})
        assert decisions.history(session, video_id=event.video_id)[-1] == taken_back


def test_undo_brings_back_what_was_said_before_and_redo_the_rest(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
        first = decide(session, video.id, label="yoga")
        second = decide(session, video.id, label="archery")
        taken_back = undo(session, second.id)
        assert [e.label for e in decisions.current(session, video_id=video.id)] == ["yoga"]
        again = undo(session, taken_back.id)
        assert [e.label for e in decisions.current(session, video_id=video.id)] == ["archery"]
        story = decisions.history(session, video_id=video.id)
    assert [event.id for event in story] == [first.id, second.id, taken_back.id, again.id]
    assert [event.undone for event in story] == [False, False, True, False]
    assert (again.undo_of, again.decision_id) == (taken_back.id, second.id)


def test_undoing_twice_undoes_once(db: Database) -> None:
    with db.write() as session:
        event = decide(session, add_video(session).id)
        first = decisions.undo(session, op_id="u", event_id=event.id, annotator="Ann")
        same = decisions.undo(session, op_id="u", event_id=event.id, annotator="Ann")
        other_tab = decisions.undo(session, op_id="v", event_id=event.id, annotator="Ann")
        assert len(decisions.history(session, video_id=event.video_id)) == 2
    assert not first.repeated
    assert same == other_tab == replace(first, repeated=True)


def test_two_people_undo_at_the_same_moment(db: Database) -> None:
    with db.write() as session:
        event = decide(session, add_video(session).id)

    def press(_number: int) -> LabelEventRecord:
        with db.write() as session:
            return undo(session, event.id)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))
    assert len({answer.id for answer in answers}) == 1
    with db.read() as session:
        assert decisions.current(session, video_id=event.video_id) == ()


def test_each_person_has_a_word_of_their_own_and_a_skip_is_none(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
        decide(session, video.id, label="yoga", annotator="Ann")
        decide(session, video.id, label="archery", annotator="Bob")
        decide(session, video.id, verdict="skipped", annotator="Ann")
        current = decisions.current(session, video_id=video.id)
        assert [(e.annotator, e.label) for e in current] == [("Ann", "yoga"), ("Bob", "archery")]
        assert decisions.annotators(session) == ("Ann", "Bob")


def test_without_a_name_each_browser_is_somebody(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
        decide(session, video.id, label="yoga", annotator="")
        decide(session, video.id, label="archery", annotator="", browser="a")
        decide(session, video.id, label="juggling balls", annotator="", browser="b")
        decide(session, video.id, label="abseiling", annotator="", browser="a")
        current = decisions.current(session, video_id=video.id)
    assert [(e.browser, e.label) for e in current] == [
        ("", "yoga"), ("b", "juggling balls"), ("a", "abseiling"),
    ]  # fmt: skip
    assert {e.person for e in current} == {("", ""), ("", "a"), ("", "b")}


def test_a_name_is_the_same_person_in_every_browser(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
        decide(session, video.id, label="yoga", browser="a")
        second = decide(session, video.id, label="archery", browser="b")
        current = decisions.current(session, video_id=video.id)
        assert [(e.person, e.label) for e in current] == [(("Ann", ""), "archery")]
        taken_back = decisions.undo(
            session, op_id="u", event_id=second.id, annotator="Ann", browser="a"
        )
        assert taken_back.browser == "a"
        assert [e.label for e in decisions.current(session, video_id=video.id)] == ["yoga"]


def test_the_past_can_be_seen_by_event_and_by_time(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
        first = decide(session, video.id, label="yoga")
    with db.write() as session:
        second = decide(session, video.id, label="archery")
    with db.write() as session:
        undo(session, second.id)
    with db.read() as session:

        def labels_as_of(moment: int | datetime) -> list[str | None]:
            found = decisions.current(session, video_id=video.id, as_of=moment)
            return [event.label for event in found]

        assert labels_as_of(first.id - 1) == []
        assert labels_as_of(first.id) == labels_as_of(first.created_at) == ["yoga"]
        assert labels_as_of(second.id) == labels_as_of(second.created_at) == ["archery"]
        assert labels_as_of(second.id + 1) == labels_as_of(datetime.now(UTC)) == ["yoga"]
        assert len(decisions.history(session, video_id=video.id, as_of=second.id)) == 2
        past = decisions.history(session, video_id=video.id, as_of=second.id)[-1]
        assert not past.undone
        with pytest.raises(InvalidError, match="time zone"):
            labels_as_of(datetime.now())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "corrected"}, "needs a label"),
        ({"verdict": "unsure", "label": "yoga"}, "has no label"),
        ({"verdict": "great"}, "Unknown decision"),
        ({"op_id": ""}, "id of 1 to 64"),
        ({"op_id": "x" * 65}, "id of 1 to 64"),
        ({"start_s": 1.0}, "start and an end"),
        ({"start_s": 2.0, "end_s": 1.0}, "end after its start"),
        ({"start_s": -1.0, "end_s": 1.0}, "0 or later"),
        ({"start_s": float("nan"), "end_s": 1.0}, "0 or later"),
        ({"video_id": 999}, "video is not here"),
        ({"verdict": "confirmed", "label": "unheard of"}, "no label called unheard of"),
        ({"prediction_id": 999}, "another video"),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(
    sqlite_db: Database, change: dict[str, Any], said: str
) -> None:
    with sqlite_db.write() as session:
        video = add_video(session)
        details: dict[str, Any] = {
            "op_id": "1",
            "video_id": video.id,
            "verdict": "unsure",
            "annotator": "",
        }
        with pytest.raises(StorageError, match=said):
            decisions.record_decision(session, Decision(**(details | change)))
        assert decisions.history(session, video_id=video.id) == ()


def test_an_answer_about_another_video_cannot_be_judged(db: Database) -> None:
    with db.write() as session:
        one, two = add_video(session, "one"), add_video(session, "two")
        answer = add_prediction(session, one)
        with pytest.raises(InvalidError):
            decide(session, two.id, verdict="unsure", prediction_id=answer.id)


def test_undoing_nothing_is_refused(db: Database) -> None:
    with db.write() as session, pytest.raises(NotFoundError):
        undo(session, 12345)


APPEND_ONLY = ("label_events", "predictions", "promotions")


@pytest.mark.parametrize("change", ["UPDATE {} SET created_at = created_at", "DELETE FROM {}"])
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_history_cannot_be_rewritten(db: Database, table: str, change: str) -> None:
    with db.write() as session:
        video = add_video(session)
        answer = add_prediction(session, video)
        decide(session, video.id)
        session.execute(
            text(
                "INSERT INTO promotions (model_version_id, promoted_by, note, created_at) "
                "VALUES (:version, '', '', CURRENT_TIMESTAMP)"
            ),
            {"version": answer.model_version_id},
        )
    with pytest.raises(ConflictError), db.write() as session:
        session.execute(text(change.format(table)))


def test_without_its_trigger_history_could_be_rewritten(sqlite_db: Database) -> None:
    with sqlite_db.write() as session:
        decide(session, add_video(session).id)
        session.execute(text("DROP TRIGGER label_events_no_delete"))
        session.execute(text("DELETE FROM label_events"))
        assert session.scalar(text("SELECT count(*) FROM label_events")) == 0


# Random histories, told again by the plainest rules there are.

ANNOTATORS = ("Ann", "Bob")
STEP = st.one_of(
    st.tuples(
        st.just("decide"),
        st.integers(0, 1),
        st.sampled_from(ANNOTATORS),
        st.sampled_from(VERDICTS),
        st.sampled_from(LABELS),
    ),
    st.tuples(st.just("undo"), st.integers(0, 30), st.sampled_from(ANNOTATORS)),
    st.tuples(st.just("repeat"), st.integers(0, 30)),
)


def stands(event: LabelEventRecord, events: list[LabelEventRecord]) -> bool:
    """An event stands unless an event that stands takes it back."""
    return not any(other.undo_of == event.id and stands(other, events) for other in events)


def told_again(events: list[LabelEventRecord]) -> dict[tuple[int, str], int]:
    """The id of the decision that counts for each video and annotator."""
    found: dict[tuple[int, str], int] = {}
    for event in events:
        if event.verdict not in (None, "skipped") and stands(event, events):
            found[event.video_id, event.annotator] = event.id
    return found


@pytest.fixture(scope="module")
def playground(ready_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("playground") / "db.sqlite"
    shutil.copy(ready_sqlite, path)
    database = Database.in_file(path)
    with database.write() as session:
        labels.seed(session, names=LABELS)
        for name in ("one", "two"):
            add_video(session, name)
    yield database
    database.close()


@contextmanager
def forgotten(database: Database) -> Iterator[Session]:
    """A session for writing whose changes are taken back at the end."""
    with database.write() as session:
        yield session
        session.rollback()


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, max_size=20))
def test_the_query_tells_what_the_history_tells(playground: Database, steps: list[Any]) -> None:
    with forgotten(playground) as session:
        events = _live(session, steps)
        for upto in range(len(events) + 1):
            seen = events[:upto]
            current = decisions.current(session, as_of=seen[-1].id if seen else 0)
            assert {(e.video_id, e.annotator): e.id for e in current} == told_again(seen)
        for video_id in (1, 2):
            story = decisions.history(session, video_id=video_id)
            assert [e.undone for e in story] == [not stands(e, events) for e in story]


def _live(session: Session, steps: list[Any]) -> list[LabelEventRecord]:
    """What the steps left in the history, oldest first."""
    made: list[LabelEventRecord] = []
    for step in steps:
        if step[0] == "decide":
            event = _decided(session, *step[1:])
        elif not made:
            continue
        elif step[0] == "undo":
            event = undo(session, made[step[1] % len(made)].id, step[2])
        else:
            event = _sent_again(session, made[step[1] % len(made)])
            assert event.repeated
        if not event.repeated:
            made.append(event)
    return made


def _decided(
    session: Session, video: int, annotator: str, verdict: Verdict, label: str
) -> LabelEventRecord:
    decision = Decision(
        op_id=uuid.uuid4().hex,
        video_id=video + 1,
        verdict=verdict,
        annotator=annotator,
        label=label if verdict in NAMED else None,
    )
    return decisions.record_decision(session, decision)


def _sent_again(session: Session, event: LabelEventRecord) -> LabelEventRecord:
    if event.undo_of is not None:
        return decisions.undo(
            session, op_id=event.op_id, event_id=event.undo_of, annotator=event.annotator
        )
    decision = Decision(
        op_id=event.op_id,
        video_id=event.video_id,
        verdict=event.verdict or "unsure",
        annotator=event.annotator,
        label=event.label,
    )
    return decisions.record_decision(session, decision)


def test_a_decision_that_another_took_back_meanwhile_is_busy(db: Database) -> None:
    """An undo of what is undone already, by somebody whose look at it was older."""
    with db.write() as session:
        video = add_video(session)
        event = decide(session, video.id, label="archery")
        undone = decisions.undo(session, op_id="first", event_id=event.id, annotator="Ann")
    values = {"op_id": "second", "video_id": video.id, "segment_id": None, "annotator": "Bob"}
    values |= {"browser": "", "note": "", "decision_id": event.id, "undo_of": event.id}
    with pytest.raises(BusyError, match="same decision"), db.write() as session:
        decisions._stored(session, values)
    with db.write() as session:  # the one that was stored at that moment, sent twice
        again = decisions._stored(session, values | {"op_id": "first"})
    assert (again.id, again.repeated) == (undone.id, True)
    with db.read() as session:
        assert [one.id for one in decisions.history(session, video_id=video.id)] == [
            event.id,
            undone.id,
        ]


def test_what_counts_can_be_asked_of_all_videos_at_once(db: Database) -> None:
    with db.write() as session:
        found = [add_video(session, f"{number}.mp4") for number in range(3)]
        for video, label in zip(found, ("archery", "yoga", "archery"), strict=True):
            decide(session, video.id, label=label)
        everything = decisions.current(session)
    assert [(one.video_id, one.label) for one in everything] == [
        (found[0].id, "archery"),
        (found[1].id, "yoga"),
        (found[2].id, "archery"),
    ]
    upto = everything[1].id
    with db.read() as session:
        assert [one.label for one in decisions.current(session, as_of=upto)] == ["archery", "yoga"]
