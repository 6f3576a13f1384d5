"""What the player gets: the file as it came, or a copy that every browser can play."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.workflow.services import Services
from app.workflow.videos import ingest, playing
from model.video.reader import VideoReader
from storage.records.videos import VideoRecord
from tests.model.video.making import write_video


def stored(services: Services, path: Path) -> VideoRecord:
    upload = ingest.Upload(path, path.name)
    return ingest.store(services, upload, lambda *_: None).video


def test_what_every_browser_plays_is_played_as_it_came(services: Services, tmp_path: Path) -> None:
    path = write_video(tmp_path / "film.mp4")
    video = stored(services, path)
    assert playing.is_playable(video)
    assert playing.make_playable(services, video, lambda *_: None) == video
    found = playing.playable(services, video)
    assert found == playing.original(services, video)
    assert (found.content_type, found.name) == ("video/mp4", "film.mp4")
    assert found.path.read_bytes() == path.read_bytes()


def test_a_copy_is_made_of_the_rest(services: Services, tmp_path: Path) -> None:
    path = write_video(tmp_path / "film.avi", codec="mpeg4")
    video = stored(services, path)
    assert not playing.is_playable(video)
    shares: list[float] = []
    copied = playing.make_playable(services, video, lambda _, share: shares.append(share))
    assert playing.is_playable(copied)
    assert shares[-1] == pytest.approx(1)
    found = playing.playable(services, copied)
    assert (found.content_type, found.name) == ("video/mp4", "film.mp4")
    with VideoReader(found.path) as reader:
        assert reader.info.browser_safe
        assert reader.info.frames == 12
    original = playing.original(services, copied)
    assert (original.content_type, original.name) == ("video/x-msvideo", "film.avi")
    assert original.path.read_bytes() == path.read_bytes()
