"""The line of queued jobs: who is next, how far back one stands, and what about which video."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.records.jobs import SOMEBODY_WAITS, JobRecord, record
from storage.tables import Job


def is_waiting(session: Session, *, kinds: Sequence[str]) -> bool:
    """Whether there is anything of these kinds that a worker could do, or take over."""
    open_ones = select(Job.id).where(Job.state.in_(("queued", "running")), Job.kind.in_(kinds))
    return session.scalar(open_ones.limit(1)) is not None


def raise_rank(session: Session, *, job_id: int) -> None:
    """Moves a queued job before those for which nobody waits."""
    of_this = update(Job).where(Job.id == job_id, Job.state == "queued")
    session.execute(of_this.where(Job.rank > SOMEBODY_WAITS).values(rank=SOMEBODY_WAITS))


def newest_of_videos(
    session: Session, *, kind: str, video_ids: Sequence[int]
) -> dict[int, JobRecord]:
    """The latest job of this kind of each of these videos that has any, by the video's number."""
    newest = (
        select(func.max(Job.id))
        .where(Job.video_id.in_(video_ids), Job.kind == kind)
        .group_by(Job.video_id)
    )
    rows = session.scalars(select(Job).where(Job.id.in_(newest)))
    return {row.video_id: record(row) for row in rows if row.video_id is not None}


def line(session: Session, *, kind: str, limit: int = 1000) -> tuple[int, ...]:
    """The numbers of the queued jobs of this kind, the next one first."""
    queued = select(Job.id).where(Job.state == "queued", Job.kind == kind)
    return tuple(session.scalars(queued.order_by(Job.rank, Job.id).limit(limit)))
