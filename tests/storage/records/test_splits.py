from __future__ import annotations

import pytest
from sqlalchemy import text

from storage.engine.database import Database
from storage.errors import ConflictError
from storage.records import deletions, splits
from storage.records.splits import CHUNK, SplitRecord
from tests.storage.rows import add_video, fill, sha

TRAIN, VAL = SplitRecord("train", "one"), SplitRecord("val", "two")


def test_the_latest_teaching_that_used_a_video_counts(db: Database) -> None:
    with db.write() as session:
        first, second, third = (add_video(session, name).id for name in "abc")
        splits.record(session, decided={sha("a"): VAL, sha("b"): VAL}, manifest_sha256=sha("list"))
        splits.record(
            session, decided={sha("a"): TRAIN, sha("not here"): VAL}, manifest_sha256=sha("next")
        )
        found = splits.of(session, video_ids=(first, second, third))
    assert found == {first: TRAIN, second: VAL}


def test_many_videos_at_once(sqlite_db: Database) -> None:
    with sqlite_db.write() as session:
        fill(session, 2 * CHUNK + 1)
        decided = {sha(f"Vidéo {n}"): VAL for n in range(2 * CHUNK + 1)}
        splits.record(session, decided=decided, manifest_sha256=sha("list"))
        assert len(splits.of(session, video_ids=range(1, 2 * CHUNK + 2))) == 2 * CHUNK + 1


def test_it_goes_with_its_video(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
        splits.record(session, decided={video.sha256: TRAIN}, manifest_sha256=sha("list"))
    with db.write() as session:
        deletions.delete_rows(session, video_id=video.id, deleted_by="Uma")
    with db.read() as session:
        assert splits.of(session, video_ids=(video.id,)) == {}


def test_another_word_is_refused(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
        splits.record(session, decided={video.sha256: TRAIN}, manifest_sha256=sha("list"))
    with pytest.raises(ConflictError), db.write() as session:
        session.execute(text("UPDATE splits SET split = 'test'"))
