"""Long work as rows: queued, claimed by a worker under a lease, finished or failed with a reason.

A worker that dies stops its heartbeat; `requeue_expired` then gives its job to the next one, so no
job is "running" for ever. A worker that lost its lease can no longer write to the job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from storage import documents
from storage.errors import ConflictError, LeaseLostError, NotFoundError
from storage.records.clock import Clock
from storage.records.upserts import insert_new
from storage.tables import Job
from storage.text import storable

State = Literal["queued", "running", "done", "failed", "cancelled"]
LEASE_S = 60.0
SOMEBODY_WAITS, IN_TURN = 0, 1  # ranks: the lowest is done first
NO_LEASE: Mapping[str, Any] = dict.fromkeys(
    ("lease_owner", "lease_host", "lease_boot", "heartbeat_ticks", "heartbeat_at")
)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job. `progress` in 0..1; `message` says in plain words what happens, or why it failed.

    `video_id` is set for work about one video. Queued jobs of the lowest `rank` are done first.
    """

    id: int
    op_id: str
    kind: str
    video_id: int | None
    rank: int
    spec: Mapping[str, Any]
    state: State
    attempts: int
    max_attempts: int
    lease_owner: str | None
    heartbeat_at: datetime | None
    cancel: bool
    progress: float
    message: str
    log_uri: str | None
    metrics: Mapping[str, Any]
    result_version_id: int | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def lease(self) -> Lease:
        """What its worker shows to prove that the job is still its own."""
        return Lease(job_id=self.id, owner=self.lease_owner or "", attempt=self.attempts)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one worker to one attempt at a job."""

    job_id: int
    owner: str
    attempt: int


def enqueue(
    session: Session,
    *,
    op_id: str,
    kind: str,
    spec: Mapping[str, Any],
    created_by: str = "",
    max_attempts: int = 3,
    video_id: int | None = None,
    rank: int = IN_TURN,
) -> JobRecord:
    """Queues a job once, however often the same `op_id` arrives.

    Raises `ConflictError` if `op_id` was used for a job of another kind.
    """
    values = {
        "op_id": op_id,
        "kind": kind,
        "video_id": video_id,
        "rank": rank,
        "spec": documents.plain(spec),
        "state": "queued",
        "attempts": 0,
        "max_attempts": max_attempts,
        "cancel": False,
        "progress": 0.0,
        "message": "",
        "metrics": {},
        "created_by": storable(created_by).strip(),
    }
    insert_new(session, Job, values)
    found = session.scalars(select(Job).where(Job.op_id == op_id)).one()
    if found.kind != kind:
        raise ConflictError("This was sent before with other content. Reload the page.")
    return record(found)


def claim(
    session: Session, *, owner: str, clock: Clock, kinds: Sequence[str] | None = None
) -> JobRecord | None:
    """Gives the oldest queued job of the lowest rank to `owner`; None if there is none."""
    first = select(Job.id).where(Job.state == "queued").order_by(Job.rank, Job.id).limit(1)
    if kinds is not None:
        first = first.where(Job.kind.in_(kinds))
    job_id = session.scalar(first.with_for_update(skip_locked=True))
    if job_id is None:
        return None
    change = update(Job).where(Job.id == job_id, Job.state == "queued")
    session.execute(
        change.values(
            state="running",
            attempts=Job.attempts + 1,
            lease_owner=owner,
            started_at=clock.now(),
            **_beat(clock),
        )
    )
    return get(session, job_id=job_id)


def heartbeat(
    session: Session,
    *,
    lease: Lease,
    clock: Clock,
    progress: float | None = None,
    message: str | None = None,
    log_uri: str | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> JobRecord:
    """Says that the worker lives and how far it is; look at `.cancel` of what comes back.

    Raises `LeaseLostError` if the job is no longer this worker's: it must stop and write nothing.
    """
    given = {"progress": progress, "message": message, "log_uri": log_uri, "metrics": metrics}
    news = {name: documents.plain(value) for name, value in given.items() if value is not None}
    return _change(session, lease, {**news, **_beat(clock)})


def finish(
    session: Session,
    *,
    lease: Lease,
    clock: Clock,
    metrics: Mapping[str, Any] | None = None,
    result_version_id: int | None = None,
    message: str = "",
) -> JobRecord:
    """Marks the job as done. Raises `LeaseLostError`."""
    news: dict[str, Any] = {"message": message, "result_version_id": result_version_id}
    if metrics is not None:
        news["metrics"] = documents.plain(metrics)
    return _end(session, lease, clock, "done", {**news, "progress": 1.0})


def fail(session: Session, *, lease: Lease, clock: Clock, message: str) -> JobRecord:
    """Marks the job as failed, with the reason in plain words. Raises `LeaseLostError`."""
    return _end(session, lease, clock, "failed", {"message": storable(message)})


def cancelled(
    session: Session, *, lease: Lease, clock: Clock, message: str = "Stopped as asked."
) -> JobRecord:
    """Confirms that the worker stopped because somebody asked. Raises `LeaseLostError`."""
    return _end(session, lease, clock, "cancelled", {"message": message})


def release(session: Session, *, lease: Lease) -> JobRecord:
    """Hands a job back unfinished, because its worker is told to end; the attempt does not count.

    Raises `LeaseLostError`.
    """
    news = {"state": "queued", "attempts": Job.attempts - 1, "message": "This will go on shortly."}
    return _change(session, lease, {**NO_LEASE, **news})


def request_cancel(session: Session, *, job_id: int, clock: Clock) -> JobRecord:
    """Asks for a job to stop: at once while queued, at its next heartbeat while running.

    A job that has ended stays as it is. Raises `NotFoundError`.
    """
    of_this = update(Job).where(Job.id == job_id)
    session.execute(of_this.where(Job.state == "running").values(cancel=True))
    session.execute(
        of_this.where(Job.state == "queued").values(
            state="cancelled",
            cancel=True,
            message="Stopped before it began.",
            finished_at=clock.now(),
        )
    )
    return get(session, job_id=job_id)


def requeue_expired(
    session: Session, *, clock: Clock, lease_s: float = LEASE_S
) -> tuple[JobRecord, ...]:
    """Takes jobs from workers that died: back in the queue, or failed after the last attempt.

    A heartbeat made before this machine's last start is stale at once. On this machine its age is
    told by a clock that nobody can set; on another one, only by the time of day.
    """
    running = session.scalars(
        select(Job).where(Job.state == "running").order_by(Job.id).with_for_update(skip_locked=True)
    ).all()
    ended = [job for job in running if _expired(job, clock, lease_s)]
    for job in ended:
        _change(session, record(job).lease, _after_death(job, clock))
    return tuple(get(session, job_id=job.id) for job in ended)


def get(session: Session, *, job_id: int) -> JobRecord:
    """One job. Raises `NotFoundError`."""
    found = session.scalar(
        select(Job).where(Job.id == job_id), execution_options={"populate_existing": True}
    )
    if found is None:
        raise NotFoundError("This job is not here (any more). Reload the page.")
    return record(found)


def all_jobs(
    session: Session,
    *,
    kinds: Sequence[str] | None = None,
    states: Sequence[State] | None = None,
    limit: int = 100,
) -> tuple[JobRecord, ...]:
    """Jobs, newest first."""
    statement = select(Job).order_by(Job.id.desc()).limit(limit)
    if kinds is not None:
        statement = statement.where(Job.kind.in_(kinds))
    if states is not None:
        statement = statement.where(Job.state.in_(states))
    return tuple(record(row) for row in session.scalars(statement))


def _beat(clock: Clock) -> dict[str, Any]:
    return {
        "lease_host": clock.host,
        "lease_boot": clock.boot,
        "heartbeat_ticks": clock.ticks(),
        "heartbeat_at": clock.now(),
    }


def _expired(job: Job, clock: Clock, lease_s: float) -> bool:
    if job.lease_host == clock.host and clock.boot:
        if job.lease_boot != clock.boot:
            return True
        return clock.ticks() - (job.heartbeat_ticks or 0.0) > lease_s
    beat = job.heartbeat_at
    return beat is None or (clock.now() - beat).total_seconds() > lease_s


def _after_death(job: Job, clock: Clock) -> dict[str, Any]:
    if job.cancel:
        news = {"state": "cancelled", "message": "Stopped as asked.", "finished_at": clock.now()}
    elif job.attempts < job.max_attempts:
        news = {"state": "queued", "message": "The worker stopped; this will go on shortly."}
    else:
        times = "once" if job.attempts == 1 else f"{job.attempts} times"
        reason = f"The worker stopped {times} while doing this. See the log for the reason."
        news = {"state": "failed", "message": reason, "finished_at": clock.now()}
    return {**NO_LEASE, **news}


def _end(
    session: Session, lease: Lease, clock: Clock, state: State, news: Mapping[str, Any]
) -> JobRecord:
    return _change(session, lease, {**news, **NO_LEASE, "state": state, "finished_at": clock.now()})


def _change(session: Session, lease: Lease, news: Mapping[str, Any]) -> JobRecord:
    change = update(Job).where(
        Job.id == lease.job_id,
        Job.state == "running",
        Job.lease_owner == lease.owner,
        Job.attempts == lease.attempt,
    )
    result = cast("CursorResult[Any]", session.execute(change.values(**news)))
    if result.rowcount != 1:
        raise LeaseLostError("This job was given to another worker, or has ended already.")
    return get(session, job_id=lease.job_id)


def record(row: Job) -> JobRecord:
    """The record of an ORM row, for the queries of this package."""
    return JobRecord(
        id=row.id,
        op_id=row.op_id,
        kind=row.kind,
        video_id=row.video_id,
        rank=row.rank,
        spec=row.spec,
        state=cast("State", row.state),
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        lease_owner=row.lease_owner,
        heartbeat_at=row.heartbeat_at,
        cancel=row.cancel,
        progress=row.progress,
        message=row.message,
        log_uri=row.log_uri,
        metrics=row.metrics,
        result_version_id=row.result_version_id,
        created_by=row.created_by,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
