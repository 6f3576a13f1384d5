from __future__ import annotations

import pytest
from sqlalchemy import text

from storage.engine import migrating
from storage.engine.database import Database
from storage.errors import ConflictError, NotFoundError
from storage.records import current, decisions, deletions, predictions, videos
from tests.storage.rows import add_prediction, add_video, decide, undo


@pytest.fixture
def two(db: Database) -> tuple[int, int]:
    """Two videos, each with answers, decisions and an undo."""
    made = []
    with db.write() as session:
        for name in ("gone.mp4", "kept.mp4"):
            video = add_video(session, name)
            answer = add_prediction(session, video)
            first = decide(session, video.id, prediction_id=answer.id)
            undo(session, undo(session, first.id).id)
            decide(session, video.id, label="archery", annotator="Bob")
            made.append(video.id)
    return made[0], made[1]


def rows_of(database: Database, video_id: int) -> dict[str, int]:
    counts = {}
    with database.read() as session:
        for table in ("label_events", "predictions", "current_videos", "current_opinions"):
            found = text(f"SELECT count(*) FROM {table} WHERE video_id = {video_id}")
            counts[table] = session.scalar(found)
    return counts


def test_all_rows_of_a_video_go_and_no_others(db: Database, two: tuple[int, int]) -> None:
    gone, kept = two
    before = rows_of(db, kept)
    assert all(before.values())
    with db.write() as session:
        video = deletions.delete_rows(session, video_id=gone, deleted_by=" Uma ", browser="b")
    assert video.name == "gone.mp4"
    assert not any(rows_of(db, gone).values())
    assert rows_of(db, kept) == before
    with db.read() as session:
        assert list(current.differences(session)) == []
        record = deletions.find(session, video_id=gone)
        assert deletions.find(session, video_id=kept) is None
        assert deletions.all_deletions(session) == (record,)
        with pytest.raises(NotFoundError):
            videos.get(session, video_id=gone)
    assert record is not None
    assert (record.deleted_by, record.browser) == ("Uma", "b")


def test_its_number_is_never_given_again(db: Database, two: tuple[int, int]) -> None:
    with db.write() as session:
        for video_id in two:
            deletions.delete_rows(session, video_id=video_id, deleted_by="")
        again = add_video(session, "gone.mp4").id
    assert again > max(two)


def test_what_is_gone_can_neither_be_deleted_nor_labelled(
    db: Database, two: tuple[int, int]
) -> None:
    gone, _kept = two
    with db.read() as session:
        event = decisions.history(session, video_id=gone)[0].id
    with db.write() as session:
        deletions.delete_rows(session, video_id=gone, deleted_by="")
        with pytest.raises(NotFoundError):
            deletions.delete_rows(session, video_id=gone, deleted_by="")
        with pytest.raises(NotFoundError):
            decide(session, gone)
        with pytest.raises(NotFoundError):
            undo(session, event)


def test_a_deletion_that_fails_changes_nothing(db: Database, two: tuple[int, int]) -> None:
    before = rows_of(db, two[0])
    with db.write() as session:
        deletions.delete_rows(session, video_id=two[0], deleted_by="")
        session.rollback()
    assert rows_of(db, two[0]) == before
    with db.read() as session:
        assert deletions.all_deletions(session) == ()
        assert len(predictions.of_video(session, video_id=two[0])) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM label_events",
        "DELETE FROM predictions",
        "DELETE FROM deletions",
        "UPDATE deletions SET deleted_by = 'nobody'",
        "UPDATE label_events SET note = ''",
        "UPDATE predictions SET seconds = 0",
    ],
)
def test_the_history_of_those_that_stay_cannot_be_rewritten(
    db: Database, two: tuple[int, int], statement: str
) -> None:
    with db.write() as session:
        deletions.delete_rows(session, video_id=two[0], deleted_by="")
    with pytest.raises(ConflictError), db.write() as session:
        session.execute(text(statement))


def test_before_this_revision_nothing_could_be_deleted(db: Database) -> None:
    """The control for the trigger, and that a downgrade puts the old one back."""
    if not db.is_sqlite:
        pytest.skip("the shared database keeps its tables")
    with db.write() as session:
        video = add_video(session).id
        decide(session, video)
    migrating.downgrade(db.url, "0003")
    with pytest.raises(ConflictError), db.write() as session:
        session.execute(text("DELETE FROM label_events"))
    db.upgrade()
    with db.write() as session:
        deletions.delete_rows(session, video_id=video, deleted_by="")
