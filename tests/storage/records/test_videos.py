from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from storage.engine.database import Database
from storage.errors import InvalidError, NotFoundError
from storage.records import current, videos
from storage.records.videos import AddedVideo
from storage.tables import UtcDateTime
from tests.storage.rows import add_video, new_video


def test_the_same_bytes_are_one_video_under_its_first_name(db: Database) -> None:
    with db.write() as session:
        first = videos.add(session, video=new_video("holiday.mp4", content="bytes"))
        second = videos.add(session, video=new_video("copy of holiday.mp4", content="bytes"))
        other = videos.add(session, video=new_video("holiday.mp4", content="other bytes"))
    assert (first.created, first.renamed) == (True, False)
    assert (second.created, second.renamed) == (False, True)
    assert second.given_name == "copy of holiday.mp4"
    assert second.video == first.video
    assert other.created
    assert other.video.id != first.video.id


def test_twenty_uploads_of_the_same_bytes_at_once_are_one_video(db: Database) -> None:
    def upload(_number: int) -> AddedVideo:
        with db.write() as session:
            return videos.add(session, video=new_video("clip.mp4"))

    with ThreadPoolExecutor(20) as pool:
        added = list(pool.map(upload, range(20)))
    assert len({one.video.id for one in added}) == 1
    assert sum(one.created for one in added) == 1


def test_a_video_is_found_by_number_and_by_bytes(db: Database) -> None:
    with db.write() as session:
        video = add_video(session, "Übung 1.mov")
        proxied = videos.set_proxy(session, video_id=video.id, proxy_uri=f"{video.uri}.proxy.mp4")
    with db.read() as session:
        assert videos.get(session, video_id=video.id) == proxied
        assert videos.find(session, sha256=video.sha256) == proxied
        assert videos.find(session, sha256="0" * 64) is None
        assert videos.uris(session) == {video.uri}
        with pytest.raises(NotFoundError, match="list of videos"):
            videos.get(session, video_id=99)
    with db.write() as session, pytest.raises(NotFoundError):
        videos.set_proxy(session, video_id=99, proxy_uri="x")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a\udcffb.mp4", "a?b.mp4"),
        (" two \t\n lines\0.mp4 ", "two lines.mp4"),
        ("Ångström.mp4", "Ångström.mp4"),
        ("影片 🎬.mp4", "影片 🎬.mp4"),
    ],
)
def test_odd_file_names_are_kept_as_well_as_can_be(db: Database, name: str, kept: str) -> None:
    with db.write() as session:
        assert add_video(session, name).name == kept


@pytest.mark.parametrize("name", ["", "  \n", "\u200b", "x" * 256])
def test_names_that_say_nothing_or_too_much_are_refused(sqlite_db: Database, name: str) -> None:
    with sqlite_db.write() as session, pytest.raises(InvalidError):
        add_video(session, name)


def test_a_hash_must_be_one() -> None:
    with pytest.raises(InvalidError, match="SHA-256"):
        videos.NewVideo(
            sha256="ABC", uri="", size=1, name="x", duration_s=1, fps=1, width=1, height=1
        )


def test_free_details_survive_even_when_they_are_not_json(db: Database) -> None:
    odd = {"title": "a\0b\ud800", "rate": float("nan"), "list": (1, 2.5, None, True)}
    new = videos.NewVideo(
        sha256="0" * 64, uri="x", size=1, name="x", duration_s=1, fps=1, width=1, height=1,
        details=odd,
    )  # fmt: skip
    with db.write() as session:
        stored = videos.add(session, video=new).video
    assert stored.details == {"title": "ab?", "rate": None, "list": [1, 2.5, None, True]}


def test_a_moment_without_a_zone_is_refused() -> None:
    kind, dialect = UtcDateTime(), sqlite.dialect()
    with pytest.raises(ValueError, match="time zone"):
        kind.process_bind_param(datetime(2026, 1, 1), dialect)
    berlin = timezone(timedelta(hours=2))
    stored = kind.process_bind_param(datetime(2026, 7, 1, 2, tzinfo=berlin), dialect)
    assert kind.process_result_value(stored, dialect) == datetime(2026, 7, 1, tzinfo=UTC)


def test_a_number_is_never_given_twice(db: Database) -> None:
    with db.write() as session:
        first = add_video(session, "first").id
        current.forget(session, (first,))
        session.execute(text("DELETE FROM videos"))
        assert add_video(session, "second").id > first
