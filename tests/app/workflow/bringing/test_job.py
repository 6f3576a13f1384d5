"""Bringing in by real workers: killed, paused, cancelled, tried again, and never twice."""

from __future__ import annotations

import shutil
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.workflow.bringing import bring, job
from app.workflow.bringing.bring import Standing
from app.workflow.bringing.order import BringOrder, BringProgress
from app.workflow.services import Services
from app.workflow.videos import browse
from storage.errors import NoSpaceError
from storage.media import MediaStore
from storage.records import batches, jobs
from storage.records.batches import NewBatch, NewFile
from tests.app.workflow.bringing.conftest import Start, added, wait_for
from tests.app.workflow.bringing.packing import pack, small_videos
from tests.model.video.making import write_video


def in_names(services: Services) -> list[str]:
    return sorted(row.name for row in browse.videos(services).rows)


def has_added(least: int, now: Standing) -> bool:
    return added(now) >= least


def states(services: Services, batch_id: int) -> dict[str, str]:
    return {one.name: one.state for one in bring.files(services, batch_id)}


def packed(folder: Path, number: int) -> Path:
    videos = small_videos(folder / "made", number)
    return pack(folder / "many.zip", {f"day/{one.name}": one for one in videos})


def test_a_zip_is_brought_in_with_a_sentence_for_each_file(
    services: Services, start: Start, tmp_path: Path
) -> None:
    one, two = small_videos(tmp_path / "made", 2)
    sent = pack(
        tmp_path / "sent",
        {
            "a.mp4": one,
            "b.mp4": two,
            "copy of a.mp4": one,
            "notes.txt": b"hello",
            "broken.mp4": one.read_bytes()[:200],
            "../out.mp4": one,
        },
    )
    batch = bring.bring_archive(services, sent, "holiday.zip", by="Uma")
    sent.unlink()  # whoever sent it need not keep it
    start()
    standing = wait_for(services, batch.id, lambda now: now.state == "done")
    assert states(services, batch.id) == {
        "a.mp4": "added",
        "b.mp4": "added",
        "copy of a.mp4": "same",
        "notes.txt": "skipped",
        "broken.mp4": "failed",
        "../out.mp4": "failed",
    }
    told = {one.name: one.sentence for one in bring.files(services, batch.id)}
    assert told["copy of a.mp4"] == "Here already as a.mp4."
    assert told["notes.txt"] == job.NO_VIDEO
    assert told["broken.mp4"]
    assert in_names(services) == ["a.mp4", "b.mp4"]
    said = "holiday.zip: 2 added, 1 here already, 1 left out, 2 failed."
    assert job.sentence_of(standing.batch) == said
    # The answers of the videos are asked for, by who brought them.
    numbers = [one.video_id for one in bring.files(services, batch.id) if one.state == "added"]
    found = bring.answers(services, bring.files(services, batch.id))
    assert {found[number].state for number in numbers if number} == {"waiting"}
    with services.database.read() as session:
        asked = jobs.all_jobs(session, kinds=("answer",))
    assert [one.created_by for one in asked] == ["Uma", "Uma"]
    assert list(services.scratch.glob("tmp*")) == []


def test_kills_lose_nothing_and_store_nothing_twice(
    services: Services, start: Start, tmp_path: Path
) -> None:
    batch = bring.bring_archive(services, packed(tmp_path, 12), "many.zip")
    for least in (2, 6):
        worker = start()
        wait_for(services, batch.id, partial(has_added, least))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert bring.standing(services, batch.id).state == "working"  # until its lease ends
    start()
    standing = wait_for(services, batch.id, lambda now: now.state == "done")
    # A file that was stored just before a kill is found again by its content.
    assert added(standing) + standing.batch.counts.get("same", 0) == 12
    assert standing.batch.counts.get("same", 0) <= 2
    assert len(in_names(services)) == 12
    with services.database.read() as session:
        assert len(jobs.all_jobs(session, kinds=("answer",))) == 12


def test_a_pause_lasts_until_somebody_goes_on(
    services: Services, start: Start, tmp_path: Path
) -> None:
    batch = bring.bring_archive(services, packed(tmp_path, 10), "many.zip")
    start()
    wait_for(services, batch.id, lambda now: added(now) >= 2)
    bring.pause(services, batch.id)
    assert bring.standing(services, batch.id).state == "paused"
    with services.database.read() as session:
        number = batches.get(session, batch_id=batch.id).job_id
    assert number is not None

    def ended(_: object) -> bool:
        with services.database.read() as session:
            return jobs.get(session, job_id=number).state == "cancelled"

    paused = wait_for(services, batch.id, ended)
    assert paused.batch.is_open
    bring.go_on(services, batch.id)
    bring.go_on(services, batch.id)  # pressed twice: one job
    done = wait_for(services, batch.id, lambda now: now.state == "done")
    assert added(done) == 10
    with services.database.read() as session:
        assert len(jobs.all_jobs(session, kinds=("bring",))) == 2


def test_what_was_cancelled_can_be_tried_again(
    services: Services, start: Start, tmp_path: Path
) -> None:
    batch = bring.bring_archive(services, packed(tmp_path, 10), "many.zip")
    bring.cancel(services, batch.id)
    assert bring.standing(services, batch.id).state == "cancelled"
    assert bring.standing(services, batch.id).batch.counts == {"cancelled": 10}
    bring.retry(services, batch.id)
    start()
    assert added(wait_for(services, batch.id, lambda now: now.state == "done")) == 10


def test_a_file_that_failed_can_be_tried_again(
    services: Services, start: Start, tmp_path: Path
) -> None:
    """A folder of the server whose file is gone for a while."""
    folder = services.bringing.folder
    assert folder is not None
    (folder / "day").mkdir()
    good = write_video(folder / "day" / "good.mp4", frames=5)
    batch = bring.bring_folder(services, "day", by="Uma")
    shutil.move(good, tmp_path / "good.mp4")
    start()
    wait_for(services, batch.id, lambda now: now.state == "done")
    assert states(services, batch.id) == {"good.mp4": "failed"}
    shutil.move(tmp_path / "good.mp4", good)
    bring.retry(services, batch.id)
    wait_for(services, batch.id, lambda now: now.state == "done" and added(now) == 1)
    assert good.exists()


def test_a_file_at_which_every_worker_dies_is_left_out(
    services: Services, start: Start, tmp_path: Path
) -> None:
    video = write_video(tmp_path / "good.mp4", frames=5)
    new = NewBatch("op", "folder", "a folder", str(tmp_path))
    with services.database.write() as session:
        batch = batches.create(session, new, [NewFile("bad.mp4"), NewFile(video.name)])
        for _ in range(job.MOST_ATTEMPTS):
            begun = batches.begin_next(session, batch_id=batch.id)
            assert begun is not None
            assert begun.name == "bad.mp4"
    bring.go_on(services, batch.id)
    start()
    wait_for(services, batch.id, lambda now: now.state == "done")
    assert states(services, batch.id) == {"bad.mp4": "failed", "good.mp4": "added"}
    assert job.DEADLY in {one.sentence for one in bring.files(services, batch.id)}


def test_a_worker_that_is_told_to_end_blames_no_file(
    services: Services, start: Start, tmp_path: Path
) -> None:
    batch = bring.bring_archive(services, packed(tmp_path, 20), "many.zip")
    worker = start()
    wait_for(services, batch.id, lambda now: added(now) >= 1)
    worker.send_signal(signal.SIGTERM)
    worker.wait()
    left = [one for one in bring.files(services, batch.id) if one.state == "waiting"]
    assert left
    assert {one.attempts for one in left} == {0}
    assert bring.standing(services, batch.id).state == "waiting"


def test_a_full_disk_stops_the_batch_and_blames_no_file(services: Services, tmp_path: Path) -> None:
    """The job fails with the reason; somebody frees space and goes on."""
    batch = bring.bring_archive(services, packed(tmp_path, 2), "many.zip")
    full = MediaStore(tmp_path / "data" / "media", reserve_bytes=1 << 60)
    with services.database.read() as session:
        (queued,) = jobs.all_jobs(session, kinds=("bring",))
    order = BringOrder(batch.id)
    with pytest.raises(NoSpaceError):
        job.carry_out(replace(services, media=full), queued, order, lambda *_: None)
    assert states(services, batch.id) == dict.fromkeys(states(services, batch.id), "waiting")
    told: list[BringProgress | None] = []
    job.carry_out(
        services, queued, order, lambda *said: told.append(BringProgress.from_json(said[2] or {}))
    )
    assert bring.standing(services, batch.id).state == "done"
    assert told[0] is not None
    assert told[0].share == 0
    assert BringProgress.from_json({}) is None
