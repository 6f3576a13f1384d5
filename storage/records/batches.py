"""What people brought at once, file by file, so that a crash forgets none and adds none twice.

A batch is durable by itself; jobs only carry it on. Pausing ends its job, going on queues another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from storage.errors import NotFoundError
from storage.records.upserts import insert_new
from storage.tables import Batch, BatchFile
from storage.text import storable

Kind = Literal["archive", "folder", "table"]
Wish = Literal["go", "pause", "cancel"]
FileState = Literal["waiting", "working", "added", "same", "skipped", "failed", "cancelled"]
OPEN: tuple[FileState, ...] = ("working", "waiting")
CHUNK = 1000  # files that are written at once


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file before its row; with a `state` other than waiting nothing more will happen to it."""

    name: str
    size: int = 0
    labels: Sequence[Mapping[str, Any]] = ()
    state: FileState = "waiting"
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch before its row. `op_id` is chosen by whoever asks, once for each wish."""

    op_id: str
    kind: Kind
    title: str
    place: str
    created_by: str = ""


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch. `counts` says how many files are in each state that any is in."""

    id: int
    kind: Kind
    title: str
    place: str
    wanted: Wish
    runs: int
    job_id: int | None
    closed: bool
    created_by: str
    created_at: datetime
    counts: Mapping[FileState, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All its files."""
        return sum(self.counts.values())

    @property
    def is_open(self) -> bool:
        """Whether there is a file that nothing became of yet."""
        return any(self.counts.get(state) for state in OPEN)


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file of a batch. `sentence` says why it is not added, or what is to be known of it."""

    id: int
    name: str
    size: int
    labels: Sequence[Mapping[str, Any]]
    state: FileState
    attempts: int
    sentence: str
    video_id: int | None


def create(session: Session, batch: NewBatch, files: Sequence[NewFile]) -> BatchRecord:
    """The batch with its files, made once, however often the same `op_id` arrives."""
    values = {
        "op_id": batch.op_id,
        "kind": batch.kind,
        "title": storable(batch.title),
        "place": batch.place,
        "wanted": "go",
        "runs": 0,
        "closed": False,
        "created_by": storable(batch.created_by).strip(),
    }
    made = insert_new(session, Batch, values)
    if made is None:
        known = session.scalars(select(Batch.id).where(Batch.op_id == batch.op_id)).one()
        return get(session, batch_id=known)
    rows = [
        {
            "batch_id": made,
            "name": storable(one.name),
            "size": one.size,
            "labels": [dict(label) for label in one.labels],
            "state": one.state,
            "attempts": 0,
            "sentence": storable(one.sentence),
        }
        for one in files
    ]
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(BatchFile), rows[start : start + CHUNK])
    return get(session, batch_id=made)


def get(session: Session, *, batch_id: int) -> BatchRecord:
    """One batch as it is now. Raises `NotFoundError`."""
    found = session.scalar(
        select(Batch).where(Batch.id == batch_id), execution_options={"populate_existing": True}
    )
    if found is None:
        raise NotFoundError("This list of files is not here (any more). Reload the page.")
    return _record(found, _counts(session, (batch_id,)).get(batch_id, {}))


def shown(session: Session, *, limit: int = 20) -> tuple[BatchRecord, ...]:
    """The latest batches that nobody has closed, the oldest first."""
    newest = select(Batch).where(~Batch.closed).order_by(Batch.id.desc()).limit(limit)
    rows = session.scalars(newest).all()
    counts = _counts(session, [row.id for row in rows])
    return tuple(_record(row, counts.get(row.id, {})) for row in reversed(rows))


def places(session: Session, *, kind: Kind) -> frozenset[str]:
    """Where the open or failed files of batches come from; what else lies there is needless."""
    needed = select(Batch.place).where(
        Batch.kind == kind,
        ~Batch.closed,
        select(BatchFile.id)
        .where(BatchFile.batch_id == Batch.id, BatchFile.state.in_((*OPEN, "failed", "cancelled")))
        .exists(),
    )
    return frozenset(session.scalars(needed))


def files(
    session: Session,
    *,
    batch_id: int,
    states: Sequence[FileState] | None = None,
    limit: int = 1000,
) -> tuple[FileRecord, ...]:
    """The first files of a batch, in its order, in one of these states if any are given."""
    wanted = select(BatchFile).where(BatchFile.batch_id == batch_id)
    if states is not None:
        wanted = wanted.where(BatchFile.state.in_(states))
    return tuple(_file(row) for row in session.scalars(wanted.order_by(BatchFile.id).limit(limit)))


def sizes(session: Session, *, batch_id: int) -> tuple[int, int]:
    """Bytes of the files that are still open, and of all."""
    total = func.coalesce(func.sum(BatchFile.size), 0)
    of_batch = BatchFile.batch_id == batch_id
    left = session.scalar(select(total).where(of_batch, BatchFile.state.in_(OPEN)))
    return int(left or 0), int(session.scalar(select(total).where(of_batch)) or 0)


def begin_next(session: Session, *, batch_id: int) -> FileRecord | None:
    """Takes the first open file, one that was begun before others; None if none is left."""
    for state in OPEN:
        found = files(session, batch_id=batch_id, states=(state,), limit=1)
        if found:
            change = update(BatchFile).where(BatchFile.id == found[0].id)
            news = {"state": "working", "attempts": BatchFile.attempts + 1}
            session.execute(change.values(**news))
            return _one(session, found[0].id)
    return None


def put_back(session: Session, *, file_id: int) -> None:
    """Opens a file again that was begun and neither finished nor to blame."""
    of_file = update(BatchFile).where(BatchFile.id == file_id, BatchFile.state == "working")
    session.execute(of_file.values(state="waiting", attempts=BatchFile.attempts - 1))


def settle(
    session: Session,
    *,
    file_id: int,
    state: FileState,
    sentence: str = "",
    video_id: int | None = None,
) -> None:
    """Notes what became of a file."""
    news = {"state": state, "sentence": storable(sentence), "video_id": video_id}
    session.execute(update(BatchFile).where(BatchFile.id == file_id).values(**news))


def wish(session: Session, *, batch_id: int, wanted: Wish) -> BatchRecord:
    """Notes what people want of a batch; ending it settles all open files.

    Raises `NotFoundError`.
    """
    session.execute(update(Batch).where(Batch.id == batch_id).values(wanted=wanted))
    if wanted == "cancel":
        _move(session, batch_id, OPEN, "cancelled")
    return get(session, batch_id=batch_id)


def run(session: Session, *, batch_id: int, job_id: int | None) -> None:
    """Notes the job that carries it on from now, and that it is to go on."""
    news = {"wanted": "go", "job_id": job_id, "runs": Batch.runs + 1, "closed": False}
    session.execute(update(Batch).where(Batch.id == batch_id).values(**news))


def retry(session: Session, *, batch_id: int) -> int:
    """Opens again what failed or was cancelled; how many files that are."""
    return _move(session, batch_id, ("failed", "cancelled"), "waiting")


def close(session: Session, *, batch_id: int) -> None:
    """Takes a batch off the list; what it added stays."""
    session.execute(update(Batch).where(Batch.id == batch_id).values(closed=True))


def _move(session: Session, batch_id: int, before: Sequence[FileState], after: FileState) -> int:
    change = update(BatchFile).where(BatchFile.batch_id == batch_id, BatchFile.state.in_(before))
    news = change.values(state=after, sentence="", attempts=0)
    return int(cast(Any, session.execute(news)).rowcount)


def _one(session: Session, file_id: int) -> FileRecord:
    row = session.scalars(
        select(BatchFile).where(BatchFile.id == file_id),
        execution_options={"populate_existing": True},
    ).one()
    return _file(row)


def _counts(session: Session, batch_ids: Sequence[int]) -> dict[int, dict[FileState, int]]:
    found: dict[int, dict[FileState, int]] = {}
    rows = session.execute(
        select(BatchFile.batch_id, BatchFile.state, func.count())
        .where(BatchFile.batch_id.in_(batch_ids))
        .group_by(BatchFile.batch_id, BatchFile.state)
    )
    for batch_id, state, count in rows:
        found.setdefault(batch_id, {})[cast(FileState, state)] = count
    return found


def _record(row: Batch, counts: Mapping[FileState, int]) -> BatchRecord:
    return BatchRecord(
        id=row.id,
        kind=cast(Kind, row.kind),
        title=row.title,
        place=row.place,
        wanted=cast(Wish, row.wanted),
        runs=row.runs,
        job_id=row.job_id,
        closed=row.closed,
        created_by=row.created_by,
        created_at=row.created_at,
        counts=counts,
    )


def _file(row: BatchFile) -> FileRecord:
    return FileRecord(
        id=row.id,
        name=row.name,
        size=row.size,
        labels=row.labels,
        state=cast(FileState, row.state),
        attempts=row.attempts,
        sentence=row.sentence,
        video_id=row.video_id,
    )
