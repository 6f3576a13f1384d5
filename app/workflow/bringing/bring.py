"""Bringing in many videos: begun by a page or the command line, paused, ended, tried again."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from sqlalchemy.orm import Session

from app.workflow.bringing import archive, folder, table
from app.workflow.bringing.job import discard, keep_archive
from app.workflow.bringing.order import KIND, BringOrder, BringProgress
from app.workflow.errors import CannotBring
from app.workflow.services import Services
from app.workflow.videos import answer_requests
from storage.errors import NotFoundError
from storage.records import batches, jobs
from storage.records.batches import BatchRecord, FileRecord, NewBatch, NewFile
from storage.records.clock import Clock
from storage.records.jobs import JobRecord

ATTEMPTS = 10  # of a job; each file has its own limit, see `job.py`
MOST_SHOWN = 500  # files of one batch that a page shows
State = Literal["waiting", "working", "paused", "stopped", "cancelled", "done"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a batch. `stopped`: its job broke down, `sentence` says why.

    `progress` comes from the worker while it works.
    """

    batch: BatchRecord
    state: State
    progress: BringProgress | None = None
    sentence: str = ""


def bring_archive(services: Services, path: Path, name: str, *, by: str = "") -> BatchRecord:
    """Begins with an archive that was sent, and keeps it. Raises `CannotBring`, `NoSpaceError`."""
    found = _in_archive(services, path)
    place = f"{uuid.uuid4().hex}.zip"
    keep_archive(services, path, place)
    return _begin(services, NewBatch(place[:32], "archive", name, place, by), found)


def bring_folder(services: Services, name: str, *, by: str = "") -> BatchRecord:
    """Begins with a folder that settings allow; "" is that folder itself. Raises `CannotBring`."""
    place = folder.inside(services.bringing.folder, name)
    new = NewBatch(uuid.uuid4().hex, "folder", place.name, name or ".", by)
    return _begin(services, new, _in_folder(place))


def bring_path(services: Services, path: Path, *, by: str = "") -> BatchRecord:
    """Begins with an archive, a folder, a table or a video of this machine, wherever it lies.

    A table names videos by their paths from its own folder on.

    For the command line, whose user may read it anyway. Raises `CannotBring`.
    """
    path = path.absolute()
    if not path.exists():
        raise CannotBring(f"There is no file or folder {path}.")
    op_id = uuid.uuid4().hex
    if path.is_dir():
        new = NewBatch(op_id, "folder", path.name, str(path), by)
        return _begin(services, new, _in_folder(path))
    if path.suffix.lower() == ".zip":
        new = NewBatch(op_id, "archive", path.name, str(path), by)
        return _begin(services, new, _in_archive(services, path))
    new = NewBatch(op_id, "folder", path.name, str(path.parent), by)
    if table.is_table(path.name):
        return _begin(services, new, _in_table(path))
    return _begin(services, new, [NewFile(path.name, path.stat().st_size)])


def pause(services: Services, batch_id: int) -> BatchRecord:
    """Lets a batch wait; the file in work is begun again later. Raises `NotFoundError`."""
    return _halt(services, batch_id, "pause")


def cancel(services: Services, batch_id: int) -> BatchRecord:
    """Ends a batch; what it added stays. Raises `NotFoundError`."""
    return _halt(services, batch_id, "cancel")


def go_on(services: Services, batch_id: int) -> BatchRecord:
    """Carries a batch on that waits, or whose job broke down. Raises `NotFoundError`."""
    return _go(services, batch_id, lambda _: None)


def retry(services: Services, batch_id: int) -> BatchRecord:
    """Tries again what failed or was cancelled. Raises `NotFoundError`, `CannotBring`."""

    def again(session: Session) -> None:
        if not batches.retry(session, batch_id=batch_id):
            raise CannotBring("Nothing of this list failed.")

    return _go(services, batch_id, again)


def close(services: Services, batch_id: int) -> None:
    """Takes a batch that has ended off the list, and deletes its archive.

    Raises `CannotBring` while it goes on, `NotFoundError`.
    """
    with services.database.write() as session:
        batch = batches.get(session, batch_id=batch_id)
        if batch.is_open:
            raise CannotBring("Cancel it first: there are files still to be added.")
        batches.close(session, batch_id=batch_id)
    discard(services, batch)


def standings(services: Services) -> list[Standing]:
    """How it stands with the batches that nobody has closed, the oldest first."""
    with services.database.read() as session:
        found = batches.shown(session)
        return [_standing(batch, _job(session, batch)) for batch in found]


def standing(services: Services, batch_id: int) -> Standing:
    """How it stands with one batch. Raises `NotFoundError`."""
    with services.database.read() as session:
        batch = batches.get(session, batch_id=batch_id)
        return _standing(batch, _job(session, batch))


def files(services: Services, batch_id: int) -> tuple[FileRecord, ...]:
    """The first `MOST_SHOWN` files of a batch, those first about which there is something to say.

    Files with the same to say stand in the order of the batch.
    """
    with services.database.read() as session:
        first = batches.files(session, batch_id=batch_id, states=("working", "failed"), limit=100)
        rest = batches.files(session, batch_id=batch_id, limit=MOST_SHOWN)
    there = {one.id for one in first}
    return (*first, *(one for one in rest if one.id not in there))[:MOST_SHOWN]


def answers(services: Services, found: Sequence[FileRecord]) -> dict[int, answer_requests.Standing]:
    """How it stands with the answers to the videos of these files, by the video's number."""
    numbers = [one.video_id for one in found if one.video_id is not None]
    return answer_requests.standings(services, numbers) if numbers else {}


def _in_archive(services: Services, path: Path) -> list[NewFile]:
    def load(name: str) -> bytes:
        with archive.member(path, name) as stream:
            return stream.read(table.MOST_BYTES)

    return table.with_labels(archive.members(path, max_bytes=services.bringing.max_bytes), load)


def _in_folder(path: Path) -> list[NewFile]:
    return table.with_labels(
        folder.members(path), lambda name: folder.member(path, name).read_bytes()
    )


def _in_table(path: Path) -> list[NewFile]:
    """The files that a table names, and no others of its folder. Raises `CannotBring`."""
    labels = table.read(path.read_bytes())
    if labels is None:
        raise CannotBring(
            "This table cannot be read: its first line must name a column path and a column label."
        )
    named = {(PurePosixPath(name)).as_posix() for name in labels}
    found = [
        one for one in folder.members(path.parent) if one.name in named or one.name == path.name
    ]
    return table.with_labels(found, lambda name: folder.member(path.parent, name).read_bytes())


def _begin(services: Services, new: NewBatch, found: Sequence[NewFile]) -> BatchRecord:
    with services.database.write() as session:
        batch = batches.create(session, new, found)
        if batch.is_open:
            _queue(session, batch)
        batch = batches.get(session, batch_id=batch.id)
    services.lanes.bring.ring()
    return batch


def _go(services: Services, batch_id: int, first: Callable[[Session], None]) -> BatchRecord:
    with services.database.write() as session:
        first(session)
        batch = batches.get(session, batch_id=batch_id)
        job = _job(session, batch)
        under_way = job is not None and job.state in ("queued", "running") and not job.cancel
        if batch.is_open and not under_way:
            _queue(session, batch)
        batch = batches.get(session, batch_id=batch_id)
    services.lanes.bring.ring()
    return batch


def _queue(session: Session, batch: BatchRecord) -> None:
    job = jobs.enqueue(
        session,
        op_id=f"{KIND}-{batch.id}-{batch.runs}",
        kind=KIND,
        spec=BringOrder(batch.id).to_json(),
        created_by=batch.created_by,
        max_attempts=ATTEMPTS,
    )
    batches.run(session, batch_id=batch.id, job_id=job.id)


def _halt(services: Services, batch_id: int, wanted: Literal["pause", "cancel"]) -> BatchRecord:
    with services.database.write() as session:
        batch = batches.wish(session, batch_id=batch_id, wanted=wanted)
        if batch.job_id is not None:
            jobs.request_cancel(session, job_id=batch.job_id, clock=Clock.of_this_machine())
    return batch


def _job(session: Session, batch: BatchRecord) -> JobRecord | None:
    if batch.job_id is None:
        return None
    try:
        return jobs.get(session, job_id=batch.job_id)
    except NotFoundError:
        return None


def _standing(batch: BatchRecord, job: JobRecord | None) -> Standing:
    if not batch.is_open:
        return Standing(batch, "cancelled" if batch.wanted == "cancel" else "done")
    if batch.wanted == "pause":
        return Standing(batch, "paused")
    match job.state if job is not None else None:
        case "queued":
            return Standing(batch, "waiting")
        case "running":
            assert job is not None
            return Standing(batch, "working", BringProgress.from_json(job.metrics))
        case _:
            return Standing(batch, "stopped", sentence=job.message if job is not None else "")
