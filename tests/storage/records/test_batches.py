"""Batches of files: made once, counted, carried on in order."""

from __future__ import annotations

import pytest

from storage.engine.database import Database
from storage.errors import NotFoundError
from storage.records import batches
from storage.records.batches import NewBatch, NewFile

NEW = NewBatch("op", "archive", "a.zip", "x.zip", "Uma")


def test_a_batch_is_made_once(db: Database) -> None:
    files = [NewFile(f"{number}.mp4", number) for number in range(2500)]
    with db.write() as session:
        first = batches.create(session, NEW, files)
        again = batches.create(session, NEW, files)
    assert first == again
    assert first.counts == {"waiting": 2500}
    assert (first.total, first.is_open, first.created_by) == (2500, True, "Uma")
    with db.read() as session:
        assert batches.sizes(session, batch_id=first.id) == (sum(range(2500)),) * 2
        with pytest.raises(NotFoundError):
            batches.get(session, batch_id=first.id + 1)


def test_files_come_in_order_and_one_that_was_begun_comes_first(db: Database) -> None:
    skipped = NewFile("0.7z", state="skipped", sentence="An archive.")
    with db.write() as session:
        batch = batches.create(session, NEW, [skipped, NewFile("1.mp4", 1), NewFile("2.mp4", 2)])
        first = batches.begin_next(session, batch_id=batch.id)
        again = batches.begin_next(session, batch_id=batch.id)
        assert first is not None
        assert again is not None
        assert (first.id, first.attempts, again.attempts) == (again.id, 1, 2)
        batches.put_back(session, file_id=first.id)
        (open_again,) = batches.files(session, batch_id=batch.id, limit=2)[1:]
        assert (open_again.state, open_again.attempts) == ("waiting", 1)
        batches.settle(session, file_id=first.id, state="failed", sentence="Broken.")
        batches.put_back(session, file_id=first.id)  # too late, and without effect
        second = batches.begin_next(session, batch_id=batch.id)
        assert second is not None
        assert second.name == "2.mp4"
        assert batches.sizes(session, batch_id=batch.id) == (2, 3)
        batches.settle(session, file_id=second.id, state="added")
        assert batches.begin_next(session, batch_id=batch.id) is None
        assert batches.get(session, batch_id=batch.id).counts == {
            "skipped": 1,
            "failed": 1,
            "added": 1,
        }


def test_archives_are_needed_while_something_may_be_tried_again(db: Database) -> None:
    with db.write() as session:
        batch = batches.create(session, NEW, [NewFile("1.mp4"), NewFile("2.mp4")])
        assert batches.places(session, kind="archive") == {"x.zip"}
        assert batches.places(session, kind="folder") == frozenset()
        batches.wish(session, batch_id=batch.id, wanted="cancel")
        assert batches.get(session, batch_id=batch.id).counts == {"cancelled": 2}
        assert batches.places(session, kind="archive") == {"x.zip"}
        assert batches.retry(session, batch_id=batch.id) == 2
        for _ in range(2):
            file = batches.begin_next(session, batch_id=batch.id)
            assert file is not None
            batches.settle(session, file_id=file.id, state="added")
        assert batches.places(session, kind="archive") == frozenset()
        assert batches.retry(session, batch_id=batch.id) == 0
        assert [one.id for one in batches.shown(session)] == [batch.id]
        batches.close(session, batch_id=batch.id)
        assert batches.shown(session) == ()
