from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from storage.engine.database import Database
from storage.errors import InvalidError
from storage.records import agreement, browsing, decisions
from storage.records.browsing import Filter
from storage.records.decision import Decision, Verdict
from storage.records.decisions import LabelEventRecord
from tests.storage.rows import add_video, decide, undo


def state(database: Database, video_id: int) -> tuple[str, str | None]:
    """The state of a video and the label that counts for it."""
    with database.read() as session:
        rows = browsing.browse(session).rows
    row = next(row for row in rows if row.id == video_id)
    return row.state, None if row.decision is None else row.decision.label


def video(database: Database) -> int:
    with database.write() as session:
        return add_video(session).id


def says(database: Database, video_id: int, who: str, label: str | None, **more: Any) -> int:
    """A decision of this person; without a label, that they are not sure."""
    verdict: Verdict = "unsure" if label is None else "corrected"
    with database.write() as session:
        event = decide(session, video_id, annotator=who, label=label, verdict=verdict, **more)
    return event.id


def test_two_people_who_say_the_same_agree(db: Database) -> None:
    one = video(db)
    says(db, one, "Ann", "yoga")
    with db.write() as session:
        decide(session, one, annotator="Bob", label="YOGA", verdict="confirmed")
    assert state(db, one) == ("confirmed", "yoga")


@pytest.mark.parametrize("second", ["archery", None])
def test_two_people_who_say_something_else_disagree(db: Database, second: str | None) -> None:
    one = video(db)
    says(db, one, "Ann", "yoga")
    says(db, one, "Bob", second)
    assert state(db, one) == ("disagree", None)
    with db.read() as session:
        assert browsing.browse(session, where=Filter(state="disagree")).total == 1
        assert browsing.states(session)["disagree"] == 1


def test_two_nameless_browsers_can_disagree(db: Database) -> None:
    one = video(db)
    says(db, one, "", "yoga", browser="a")
    says(db, one, "", "archery", browser="b")
    assert state(db, one) == ("disagree", None)


def test_changing_ones_mind_is_no_disagreement(db: Database) -> None:
    one = video(db)
    says(db, one, "Ann", "yoga")
    says(db, one, "Ann", "archery", browser="another")
    assert state(db, one) == ("corrected", "archery")


def test_taking_back_ends_a_disagreement(db: Database) -> None:
    one = video(db)
    says(db, one, "Ann", "yoga")
    second = says(db, one, "Bob", "archery")
    with db.write() as session:
        undo(session, second)
    assert state(db, one) == ("corrected", "yoga")


def test_a_third_person_settles_it(db: Database) -> None:
    one = video(db)
    says(db, one, "Ann", "yoga")
    says(db, one, "Bob", "archery")
    settling = says(db, one, "Cy", "archery", settles=True)
    assert state(db, one) == ("corrected", "archery")
    with db.write() as session:
        undo(session, settling)
    assert state(db, one) == ("disagree", None)


def test_one_of_the_two_settles_it(db: Database) -> None:
    one = video(db)
    says(db, one, "Ann", "yoga")
    says(db, one, "Bob", "archery")
    says(db, one, "Ann", "yoga", settles=True)
    assert state(db, one) == ("corrected", "yoga")


def test_a_later_opinion_opens_it_again_only_if_it_differs(db: Database) -> None:
    one = video(db)
    says(db, one, "Ann", "yoga")
    says(db, one, "Bob", "archery", settles=True)
    says(db, one, "Cy", "archery")
    assert state(db, one) == ("corrected", "archery")
    third = says(db, one, "Di", "juggling balls")
    assert state(db, one) == ("disagree", None)
    with db.write() as session:
        undo(session, third)
    assert state(db, one) == ("corrected", "archery")


def test_what_settled_ends_when_that_person_changes_their_mind(db: Database) -> None:
    one = video(db)
    says(db, one, "Ann", "yoga")
    says(db, one, "Bob", "archery", settles=True)
    says(db, one, "Bob", "juggling balls")
    assert state(db, one) == ("disagree", None)


def test_a_skip_and_a_part_settle_nothing(db: Database) -> None:
    one = video(db)
    with db.write() as session, pytest.raises(InvalidError, match="settle"):
        decide(session, one, verdict="skipped", settles=True)
    with pytest.raises(InvalidError, match="settle"):
        Decision("part", one, "unsure", annotator="Ann", segment_id="s", settles=True)


def test_parts_of_a_video_take_no_part(sqlite_db: Database) -> None:
    one = video(sqlite_db)
    says(sqlite_db, one, "Ann", "yoga")
    with sqlite_db.read() as session:
        (whole,) = decisions.current(session, video_id=one)
    part = replace(whole, id=whole.id + 1, segment_id="s", label_id=99)
    opinions: tuple[LabelEventRecord, ...] = (whole, part)
    assert agreement.deciding(opinions) == whole
    assert not agreement.disagree(opinions)
    assert not agreement.disagree((part,))
