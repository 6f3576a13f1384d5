"""The worker's part of bringing in many videos: one file after the other, each once.

Whatever ends the worker, the next one goes on with the same file. It is stored by its content, so
a file that was stored a moment before a crash is found, not stored again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from app.workflow.bringing import archive, folder
from app.workflow.bringing.labelling import keep_labels
from app.workflow.bringing.order import BringOrder, BringProgress
from app.workflow.errors import AppError, CannotBring
from app.workflow.long_work import Outcome, Report
from app.workflow.services import Services
from app.workflow.videos import ingest
from model.errors import Cancelled, VideoError
from model.inference.prediction import Stage
from model.video.containers import HEAD_SIZE, container_of
from storage.errors import InvalidError
from storage.files import full_disk_said_plainly, sync_folder
from storage.records import batches
from storage.records.batches import BatchRecord, FileRecord, FileState
from storage.records.jobs import JobRecord

MOST_ATTEMPTS = 3  # at one file, after each of which the worker was gone
NO_VIDEO = "This is no video, so it is left out."
DEADLY = "The program broke down several times at this file, so it is left out."


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one file."""

    state: FileState
    sentence: str = ""
    video_id: int | None = None


def carry_out(services: Services, job: JobRecord, order: BringOrder, report: Report) -> Outcome:
    """Brings in what is open of a batch; a `Work`. Raises `NoSpaceError`, `Cancelled`."""
    del job
    with services.database.read() as session:
        batch = batches.get(session, batch_id=order.batch)
    told = _Telling(services, order.batch, report)
    while (file := _begin_next(services, order.batch)) is not None:
        try:
            settled = _bring(services, batch, file, told)
        except BaseException:  # a pause, the worker's end, a full disk: the file is open again
            with services.database.write() as session:
                batches.put_back(session, file_id=file.id)
            raise
        with services.database.write() as session:
            batches.settle(
                session,
                file_id=file.id,
                state=settled.state,
                sentence=settled.sentence,
                video_id=settled.video_id,
            )
        told.settled(file)
    with services.database.read() as session:
        return Outcome(sentence_of(batches.get(session, batch_id=order.batch)))


def sentence_of(batch: BatchRecord) -> str:
    """What became of all files, in words."""
    counts = batch.counts
    parts = [f"{counts.get('added', 0)} added"]
    named: tuple[tuple[FileState, str], ...] = (
        ("same", "here already"),
        ("skipped", "left out"),
        ("failed", "failed"),
        ("cancelled", "cancelled"),
    )
    parts += [f"{counts[state]} {words}" for state, words in named if counts.get(state)]
    return f"{batch.title}: {', '.join(parts)}."


def _begin_next(services: Services, batch_id: int) -> FileRecord | None:
    with services.database.write() as session:
        return batches.begin_next(session, batch_id=batch_id)


def _bring(services: Services, batch: BatchRecord, file: FileRecord, told: _Telling) -> Settled:
    """Raises what speaks against all files; what speaks against this one is its sentence."""
    if file.attempts > MOST_ATTEMPTS:
        return Settled("failed", DEADLY)
    told.begin(file)
    try:
        with _local(services, batch, file, told) as path:
            if path is None:
                return Settled("skipped", NO_VIDEO)
            name = PurePosixPath(file.name).name
            upload = ingest.Upload(path, name, batch.created_by)
            added = ingest.store(services, upload, told, ask=True)
    except Cancelled:
        raise
    except (VideoError, InvalidError, AppError) as error:
        return Settled("failed", str(error))
    labels = keep_labels(services, file, added.video.id) if file.labels else ""
    if added.created:
        return Settled("added", labels, added.video.id)
    sentence = f"Here already as {added.video.name}. {labels}".strip()
    return Settled("same", sentence, added.video.id)


@contextmanager
def _local(
    services: Services, batch: BatchRecord, file: FileRecord, told: _Telling
) -> Iterator[Path | None]:
    """The file on this machine's disk; None if its first bytes are those of no video.

    Raises `CannotBring`.
    """
    if batch.kind == "archive":
        source = services.bringing.incoming / batch.place
        # The name is that of a fragment, which housekeeping clears away after a crash.
        with (
            archive.member(source, file.name) as stream,
            tempfile.NamedTemporaryFile(dir=services.scratch, prefix="tmp") as unpacked,
        ):
            head = stream.read(HEAD_SIZE)
            if container_of(head) is None:
                yield None
                return
            unpacked.write(head)
            _copy(services, stream, unpacked.file, told)
            yield Path(unpacked.name)
        return
    path = folder.member(source_folder(services, batch), file.name)
    with path.open("rb") as stream:
        head = stream.read(HEAD_SIZE)
    yield None if container_of(head) is None else path


def source_folder(services: Services, batch: BatchRecord) -> Path:
    """The folder that a batch is about: one that pages may name, or the command line's own choice.

    Raises `CannotBring`.
    """
    if Path(batch.place).is_absolute():
        return Path(batch.place)
    return folder.inside(services.bringing.folder, "" if batch.place == "." else batch.place)


def _copy(services: Services, stream: BinaryIO, target: IO[bytes], told: _Telling) -> None:
    most, done = services.limits.max_bytes, 0
    with full_disk_said_plainly():
        while piece := stream.read(1 << 20):
            told("storing", 0.0)
            done += len(piece)
            if done > most:
                raise CannotBring(f"This is too large: at most {most >> 20} MiB can be taken.")
            target.write(piece)
        target.flush()


@dataclass(slots=True)
class _Telling:
    """An `OnProgress` for one file after the other; estimates how long the rest will take."""

    services: Services
    batch_id: int
    report: Report
    _began: float = field(default_factory=time.monotonic)
    _done: int = 0
    _left: int = 0
    _total: int = 1
    _file: FileRecord | None = None

    def begin(self, file: FileRecord) -> None:
        """Says which file comes now. Raises `Cancelled`."""
        with self.services.database.read() as session:
            self._left, self._total = batches.sizes(session, batch_id=self.batch_id)
        self._file = file
        self("storing", 0.0)

    def settled(self, file: FileRecord) -> None:
        """Counts a file whose fate is known."""
        self._done += file.size

    def __call__(self, stage: Stage, share: float) -> None:
        """Raises `Cancelled`."""
        del stage
        file = self._file
        assert file is not None
        done = self._done + share * file.size
        elapsed = time.monotonic() - self._began
        left = self._left - share * file.size
        remaining = elapsed * left / done if done > 0 and elapsed > 1 else None
        whole = 1 - left / self._total if self._total else 0.0
        news = BringProgress(file.id, share, remaining)
        self.report(whole, f"Adding {PurePosixPath(file.name).name}.", news.to_json())


def discard(services: Services, batch: BatchRecord) -> None:
    """Deletes the archive of a batch that came over the network."""
    if batch.kind == "archive" and not Path(batch.place).is_absolute():
        (services.bringing.incoming / batch.place).unlink(missing_ok=True)


def keep_archive(services: Services, path: Path, name: str) -> None:
    """Puts a file that was sent also where archives wait. Raises `NoSpaceError`."""
    incoming = services.bringing.incoming
    incoming.mkdir(parents=True, exist_ok=True)
    with full_disk_said_plainly(), path.open("rb") as sent:
        os.fsync(sent.fileno())
        try:
            os.link(path, incoming / name)
        except OSError:  # another disk, or one that knows no links
            shutil.copyfile(path, incoming / name)
    sync_folder(incoming)
