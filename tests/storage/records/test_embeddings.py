from __future__ import annotations

from storage.engine.database import Database
from storage.records import deletions, embeddings
from tests.storage.rows import add_video, fill


def test_the_latest_vector_counts(db: Database) -> None:
    with db.write() as session:
        first, second = (add_video(session, name).id for name in "ab")
        embeddings.keep(session, video_id=first, made_by="one", vector=b"old")
        embeddings.keep(session, video_id=first, made_by="one", vector=b"new")
        assert embeddings.of(session, video_ids=(first, second)) == {first: b"new"}


def test_vectors_of_two_networks_are_never_compared(db: Database) -> None:
    with db.write() as session:
        ids = [add_video(session, name).id for name in "abc"]
        for video_id, made_by in zip(ids, ("one", "two", "two"), strict=True):
            embeddings.keep(session, video_id=video_id, made_by=made_by, vector=b"x")
        assert set(embeddings.of(session, video_ids=ids)) == set(ids[1:])


def test_many_videos_at_once(sqlite_db: Database) -> None:
    number = 2 * embeddings.CHUNK + 1
    with sqlite_db.write() as session:
        fill(session, number)
        for video_id in range(1, number + 1):
            embeddings.keep(session, video_id=video_id, made_by="one", vector=b"x")
        assert len(embeddings.of(session, video_ids=range(1, number + 1))) == number


def test_it_goes_with_its_video(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
        embeddings.keep(session, video_id=video.id, made_by="one", vector=b"x")
    with db.write() as session:
        deletions.delete_rows(session, video_id=video.id, deleted_by="Uma")
    with db.read() as session:
        assert embeddings.of(session, video_ids=(video.id,)) == {}
