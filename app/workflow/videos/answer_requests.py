"""Asking for the answer to a video: a place in the worker's line, and how it stands with it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self, get_args

from sqlalchemy.orm import Session

from app.workflow.errors import UnknownOrder, UnknownVideo
from app.workflow.long_work import Order, order_of
from app.workflow.services import Services
from model.inference.prediction import Stage
from storage.errors import NotFoundError
from storage.records import jobs, predictions, queue, versions, videos
from storage.records.clock import Clock
from storage.records.jobs import SOMEBODY_WAITS, JobRecord
from storage.records.videos import VideoRecord

KIND = "answer"
ATTEMPTS = 5  # of one answer; a worker may be killed for reasons that lie not in the video
STOPPED = "Stopped. The video is saved under Videos."
Stand = Literal["none", "waiting", "working", "ready", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class AnswerOrder(Order):
    """Answer for the job's video; `finest`: again, with evidence in the finest steps."""

    finest: bool = False


@dataclass(frozen=True, slots=True)
class AnswerProgress:
    """What the worker says of its work. `share` of this stage in 0..1; seconds that are left."""

    stage: Stage
    share: float
    remaining_s: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As the job's row keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self | None:
        """None for what no worker, or another version's, has said."""
        if fields.get("stage") not in get_args(Stage):
            return None
        try:
            return cls(fields["stage"], float(fields["share"]), fields.get("remaining_s"))
        except (KeyError, TypeError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with the answer to a video.

    `place` counts from 1, the next one; 0 for one that does not wait, or waits far back.
    `progress` comes from the worker while it works. `sentence` says why there is no answer.
    """

    state: Stand
    job_id: int | None = None
    place: int = 0
    elapsed_s: float = 0.0
    progress: AnswerProgress | None = None
    sentence: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether the worker will still do something about it."""
        return self.state in ("waiting", "working")


def ask(services: Services, video_id: int, *, by: str = "", finest: bool = False) -> JobRecord:
    """Puts the question about a stored video before those for which nobody waits.

    One that is under way already is not asked twice. Raises `UnknownVideo`.
    """
    with services.database.write() as session:
        try:
            videos.get(session, video_id=video_id)
        except NotFoundError as error:
            raise UnknownVideo(f"There is no video number {video_id} here.") from error
        job = _under_way(session, video_id)
        if job is None or (finest and not _is_finest(job)):
            job = enqueue(session, video_id, by=by, finest=finest, rank=SOMEBODY_WAITS)
        queue.raise_rank(session, job_id=job.id)
    services.lanes.answers.ring()
    return job


def ask_if_new(session: Session, video: VideoRecord, *, by: str, version: str | None) -> None:
    """Queues a video that was just brought, unless this version has its answer or is about it."""
    if _under_way(session, video.id) is not None:
        return
    known = versions.find(session, sha256=version) if version else None
    answered = known is not None and predictions.latest(
        session, video_id=video.id, model_version_id=known.id
    )
    if not answered:
        enqueue(session, video.id, by=by)


def enqueue(
    session: Session,
    video_id: int,
    *,
    by: str = "",
    finest: bool = False,
    rank: int = jobs.IN_TURN,
) -> JobRecord:
    """A place in the line."""
    return jobs.enqueue(
        session,
        op_id=f"{KIND}-{uuid.uuid4().hex}",
        kind=KIND,
        video_id=video_id,
        rank=rank,
        spec=AnswerOrder(finest).to_json(),
        created_by=by,
        max_attempts=ATTEMPTS,
    )


def hurry(services: Services, video_id: int) -> None:
    """Moves a waiting question forward, because somebody looks at this video now."""
    with services.database.read() as session:
        job = _under_way(session, video_id)
    if job is not None and job.state == "queued" and job.rank > SOMEBODY_WAITS:
        with services.database.write() as session:
            queue.raise_rank(session, job_id=job.id)


def stop(services: Services, video_ids: Sequence[int]) -> None:
    """Stops what is under way for these videos; they stay stored."""
    clock = Clock.of_this_machine()
    with services.database.write() as session:
        newest = queue.newest_of_videos(session, kind=KIND, video_ids=video_ids)
        for job in newest.values():
            jobs.request_cancel(session, job_id=job.id, clock=clock)


def standings(services: Services, video_ids: Sequence[int]) -> dict[int, Standing]:
    """How it stands with each of these videos; a video that is not here is left out."""
    with services.database.read() as session:
        newest = queue.newest_of_videos(session, kind=KIND, video_ids=video_ids)
        answered = predictions.answered(session, video_ids=video_ids)
        there = videos.those_here(session, video_ids=video_ids)
        waits = any(job.state == "queued" for job in newest.values())
        line = queue.line(session, kind=KIND) if waits else ()
    places = {job_id: place for place, job_id in enumerate(line, start=1)}
    return {
        number: _standing(newest.get(number), places, has_answer=number in answered)
        for number in there
    }


def standing(services: Services, video_id: int) -> Standing:
    """How it stands with one video. Raises `UnknownVideo`."""
    found = standings(services, [video_id]).get(video_id)
    if found is None:
        raise UnknownVideo(f"There is no video number {video_id} here.")
    return found


def _standing(job: JobRecord | None, places: Mapping[int, int], *, has_answer: bool) -> Standing:
    if job is None or job.state == "done":
        return Standing("ready" if has_answer else "none")
    match job.state:
        case "queued":
            return Standing("waiting", job.id, places.get(job.id, 0))
        case "running":
            started = job.started_at
            elapsed = (datetime.now(UTC) - started).total_seconds() if started else 0.0
            progress = AnswerProgress.from_json(job.metrics)
            return Standing("working", job.id, elapsed_s=max(elapsed, 0.0), progress=progress)
        case "failed":
            return Standing("failed", job.id, sentence=job.message)
        case _:
            return Standing("stopped", job.id, sentence=STOPPED)


def _is_finest(job: JobRecord) -> bool:
    try:
        return order_of(job, AnswerOrder).finest
    except UnknownOrder:  # it will end with a sentence
        return False


def _under_way(session: Session, video_id: int) -> JobRecord | None:
    job = queue.newest_of_videos(session, kind=KIND, video_ids=[video_id]).get(video_id)
    return job if job is not None and job.state in ("queued", "running") else None
