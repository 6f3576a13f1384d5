"""From an upload to a stored video, whatever else happens to the same bytes meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.workflow.errors import UnknownVideo
from app.workflow.services import Services
from app.workflow.videos import browse, deletion, ingest
from model.errors import VideoError
from storage.records import videos
from tests.model.video.making import write_video


def test_what_the_file_holds_is_in_its_row(services: Services, tmp_path: Path) -> None:
    path = write_video(tmp_path / "film.mp4")
    told: list[tuple[str, float]] = []
    upload = ingest.Upload(path, "My film.mp4", by="Uma")
    added = ingest.store(services, upload, lambda stage, share: told.append((stage, share)))
    video = ingest.find(services, added.video.id)
    assert (video.name, video.uploaded_by) == ("My film.mp4", "Uma")
    assert (video.width, video.height) == (64, 48)
    assert video.fps == pytest.approx(25)
    assert video.details["codec"] == "h264"
    assert services.media.local_path(video.uri).read_bytes() == path.read_bytes()
    assert [share for _, share in told] == [0.0, 0.5, 0.9]


def test_nothing_is_kept_of_what_is_no_video(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_bytes(b"hello, this is no video at all")
    before = stored_videos(services)
    with pytest.raises(VideoError):
        ingest.store(services, ingest.Upload(path, path.name), lambda *_: None)
    assert stored_videos(services) == before


def stored_videos(services: Services) -> int:
    return browse.videos(services).total


def test_a_file_that_was_deleted_a_moment_ago_is_put_back(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody deletes the same bytes between their storing and their row."""
    path = write_video(tmp_path / "twice.mp4", frames=5)
    add = videos.add

    def add_late(session: object, *, video: videos.NewVideo) -> videos.AddedVideo:
        services.media.delete_all(video.sha256)
        return add(session, video=video)  # type: ignore[arg-type]

    monkeypatch.setattr(videos, "add", add_late)
    video = ingest.store(services, ingest.Upload(path, path.name), lambda *_: None).video
    assert services.media.local_path(video.uri).read_bytes() == path.read_bytes()


def test_a_number_without_a_video_says_why(services: Services, tmp_path: Path) -> None:
    with pytest.raises(UnknownVideo, match="There is no video number 1000000 here"):
        ingest.find(services, 10**6)
    path = write_video(tmp_path / "gone.mp4", frames=7)
    video = ingest.store(services, ingest.Upload(path, path.name), lambda *_: None).video
    deletion.delete(services, video.id, by="Ann")
    with pytest.raises(UnknownVideo, match=f"Video number {video.id} was deleted by Ann on"):
        ingest.find(services, video.id)
    again = ingest.store(services, ingest.Upload(path, path.name), lambda *_: None).video
    deletion.delete(services, again.id)
    with pytest.raises(UnknownVideo, match=f"Video number {again.id} was deleted on"):
        ingest.find(services, again.id)
