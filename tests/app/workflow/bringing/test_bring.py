"""Beginning, ending and clearing away batches, without a worker."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.workflow.bringing import bring
from app.workflow.errors import CannotBring
from app.workflow.services import Services
from app.workflow.upkeep.housekeeping import keep_house
from app.workflow.videos import deletion, ingest
from storage.errors import NotFoundError
from storage.records import batches, jobs
from storage.records.clock import Clock
from tests.app.workflow.bringing.packing import pack, small_videos
from tests.model.video.making import write_video


def test_what_cannot_be_taken_leaves_nothing(services: Services, tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.write_bytes(b"Dear friends")
    with pytest.raises(CannotBring):
        bring.bring_archive(services, sent, "a.zip")
    assert bring.standings(services) == []
    assert not list(services.bringing.incoming.glob("*"))


def test_a_batch_without_anything_to_do_is_done(services: Services, tmp_path: Path) -> None:
    sent = pack(tmp_path / "sent", {"../a.mp4": b"x", "b.7z": b"x"})
    batch = bring.bring_archive(services, sent, "a.zip")
    assert bring.standing(services, batch.id).state == "done"
    assert batch.job_id is None


def test_a_list_is_closed_when_it_has_ended_and_its_archive_goes(
    services: Services, tmp_path: Path
) -> None:
    sent = pack(tmp_path / "sent", {"a.mp4": b"x"})
    batch = bring.bring_archive(services, sent, "a.zip")
    with pytest.raises(CannotBring, match="Cancel it first"):
        bring.close(services, batch.id)
    bring.cancel(services, batch.id)
    assert len(list(services.bringing.incoming.glob("*.zip"))) == 1
    bring.close(services, batch.id)
    assert not list(services.bringing.incoming.glob("*.zip"))
    assert bring.standings(services) == []
    with pytest.raises(NotFoundError):
        bring.pause(services, 99)


def test_only_archives_that_are_needed_are_kept(services: Services, tmp_path: Path) -> None:
    bring.bring_archive(services, pack(tmp_path / "sent", {"a.mp4": b"x"}), "a.zip")
    (needed,) = services.bringing.incoming.glob("*.zip")
    left = services.bringing.incoming / "left.zip"
    new = services.bringing.incoming / "new.zip"
    for path in (left, new):
        path.write_bytes(b"x")
    for path in (needed, left):
        os.utime(path, (1, 1))
    keep_house(services, tmp_path / "backups")
    assert needed.exists()
    assert new.exists()
    assert not left.exists()


def test_a_job_that_broke_down_says_so_and_can_go_on(services: Services, tmp_path: Path) -> None:
    batch = bring.bring_archive(services, pack(tmp_path / "sent", {"a.mp4": b"x"}), "a.zip")
    clock = Clock.of_this_machine()
    with services.database.write() as session:
        claimed = jobs.claim(session, owner="me", clock=clock, kinds=("bring",))
        assert claimed is not None
        jobs.fail(session, lease=claimed.lease, clock=clock, message="The disk is full.")
    standing = bring.standing(services, batch.id)
    assert (standing.state, standing.sentence) == ("stopped", "The disk is full.")
    bring.go_on(services, batch.id)
    assert bring.standing(services, batch.id).state == "waiting"
    with pytest.raises(CannotBring, match="Nothing of this list failed"):
        bring.retry(services, batch.id)


def test_paths_of_this_machine_for_the_command_line(services: Services, tmp_path: Path) -> None:
    one, two = small_videos(tmp_path / "made", 2)
    sent = pack(tmp_path / "b.zip", {"a.mp4": one})
    for path, kind, files in (
        (one.parent, "folder", [one.name, two.name]),
        (one, "folder", [one.name]),
        (sent, "archive", ["a.mp4"]),
    ):
        batch = bring.bring_path(services, path)
        assert (batch.kind, batch.title) == (kind, path.name)
        assert [file.name for file in bring.files(services, batch.id)] == files
    bring.cancel(services, batch.id)
    bring.close(services, batch.id)
    assert sent.exists()  # it is somebody's own
    with pytest.raises(CannotBring, match="There is no file or folder"):
        bring.bring_path(services, tmp_path / "none")


def test_a_deleted_video_leaves_no_name_behind(services: Services, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", frames=5)
    batch = bring.bring_path(services, path)
    video = ingest.store(services, ingest.Upload(path, "a.mp4"), lambda *_: None).video
    with services.database.write() as session:
        (file,) = batches.files(session, batch_id=batch.id)
        batches.settle(session, file_id=file.id, state="added", video_id=video.id)
    deletion.delete(services, video.id)
    assert bring.files(services, batch.id) == ()
