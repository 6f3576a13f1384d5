"""The rows beside the history are what the history says, whatever happened and whoever wrote."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.engine.database import Database
from storage.errors import NotFoundError
from storage.records import browsing, current, decisions, deletions, labels
from storage.records.browsing import Filter
from storage.records.decision import VERDICTS, Verdict
from storage.records.decisions import LabelEventRecord
from storage.tables import CurrentOpinion, CurrentVideo
from storage.text import search_key
from tests.storage.rows import LABELS, add_prediction, add_video, decide, fill, undo

PEOPLE = (("Ann", ""), ("Ann", "b"), ("Bob", ""), ("", ""), ("", "a"), ("", "b"))
WORDS = ("yoga", "arch", "ga", "clip", "juggling balls")


def stored(session: Session) -> list[tuple[object, ...]]:
    """All rows of both tables."""
    both = (CurrentVideo.__table__, CurrentOpinion.__table__)
    return [tuple(row) for table in both for row in session.execute(table.select())]


class History(RuleBasedStateMachine):
    """Anything that can happen to videos, in any order, in one transaction that is taken back."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.writing = self.database.write()
        self.session = self.writing.__enter__()
        labels.seed(self.session, names=LABELS)
        self.videos: list[int] = []
        self.events: list[LabelEventRecord] = []
        self.bring()

    def teardown(self) -> None:
        try:
            self.counts_are_those_of_the_lists()
            self.texts_are_found()
            before = sorted(map(repr, stored(self.session)))
            current.rebuild(self.session)
            assert before == sorted(map(repr, stored(self.session)))
        finally:
            self.session.rollback()
            self.writing.__exit__(None, None, None)

    @rule()
    def bring(self) -> None:
        video = add_video(self.session, f"clip {uuid.uuid4().hex}")
        self.videos.append(video.id)

    @precondition(lambda self: self.videos)
    @rule(pick=st.integers(0), top=st.sampled_from(LABELS), probability=st.floats(0, 1))
    def answer(self, pick: int, top: str, probability: float) -> None:
        video = browsing.browse(self.session, limit=100).rows[pick % len(self.videos)]
        add_prediction(self.session, video, top=top, probability=probability)

    @precondition(lambda self: self.videos)
    @rule(
        pick=st.integers(0),
        who=st.sampled_from(PEOPLE),
        verdict=st.sampled_from(VERDICTS),
        label=st.sampled_from(LABELS),
        settles=st.booleans(),
    )
    def say(
        self,
        pick: int,
        who: tuple[str, str],
        verdict: Verdict,
        label: str,
        settles: bool,
    ) -> None:
        name, browser = who
        event = decide(
            self.session,
            self.videos[pick % len(self.videos)],
            label=label,
            verdict=verdict,
            annotator=name,
            browser=browser,
            settles=settles and verdict != "skipped",
        )
        self.events.append(event)

    @precondition(lambda self: self.events)
    @rule(pick=st.integers(0))
    def take_back(self, pick: int) -> None:
        event = undo(self.session, self.events[pick % len(self.events)].id)
        if not event.repeated:
            self.events.append(event)

    @precondition(lambda self: self.videos)
    @rule(pick=st.integers(0))
    def delete(self, pick: int) -> None:
        gone = self.videos.pop(pick % len(self.videos))
        deletions.delete_rows(self.session, video_id=gone, deleted_by="Ann")
        self.events = [event for event in self.events if event.video_id != gone]

    @invariant()
    def rows_are_right(self) -> None:
        assert list(current.differences(self.session)) == []

    def counts_are_those_of_the_lists(self) -> None:
        rows = browsing.browse(self.session, limit=1000).rows
        assert sorted(row.id for row in rows) == sorted(self.videos)
        for state, number in browsing.states(self.session).items():
            page = browsing.browse(self.session, where=Filter(state=state))
            assert page.total == len(page.rows) == number

    def texts_are_found(self) -> None:
        rows = browsing.browse(self.session, limit=1000).rows
        for word in WORDS:
            found = browsing.browse(self.session, where=Filter(text=word), limit=1000).rows
            shown = {row.id for row in rows if any(word in text for text in _texts(row))}
            assert {row.id for row in found} == shown


def _texts(row: browsing.VideoRow) -> Iterator[str]:
    yield search_key(row.name)
    if row.prediction is not None:
        yield search_key(row.prediction.label)
    said = row.opinions if row.state == "disagree" else (row.decision,)
    yield from (search_key(one.label) for one in said if one is not None and one.label)


def test_rows_are_what_the_history_says(db: Database) -> None:
    class OfThis(History):
        database = db

    some = settings(max_examples=10, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(OfThis, settings=some)


def test_many_writers_leave_the_rows_right(db: Database) -> None:
    with db.write() as session:
        labels.seed(session, names=LABELS)
        ids = [add_video(session, f"clip {number}").id for number in range(3)]

    def write(seed: int) -> None:
        chance = random.Random(seed)
        mine: list[int] = []
        for step in range(15):
            video_id = ids[0] if step % 3 else chance.choice(ids)
            try:
                with db.write() as session:
                    if mine and chance.random() < 0.3:
                        undo(session, chance.choice(mine))
                    elif chance.random() < 0.02:
                        deletions.delete_rows(session, video_id=ids[2], deleted_by="")
                    else:
                        label = chance.choice(LABELS)
                        event = decide(session, video_id, label=label, annotator=f"p{seed % 3}")
                        mine.append(event.id)
            except NotFoundError:
                pass  # somebody deleted it

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with db.read() as session:
        assert list(current.differences(session)) == []
        assert len(decisions.history(session, video_id=ids[0])) > 15


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE current_videos SET state = 'unsure' WHERE video_id = 2",
        "UPDATE current_videos SET search = '' WHERE video_id = 2",
        "DELETE FROM current_videos WHERE video_id = 2",
        "DELETE FROM current_opinions WHERE video_id = 2",
        "UPDATE current_opinions SET annotator = 'Eve' WHERE video_id = 2",
    ],
)
def test_wrong_rows_are_found_and_repaired(db: Database, damage: str) -> None:
    with db.write() as session:
        fill(session, 4)
    assert db.verify() == ()
    with db.write() as session:
        session.execute(text(damage))
    assert db.verify() == (2,)
    assert db.repair() == (2,)
    assert db.verify() == ()
