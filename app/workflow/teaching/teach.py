"""Teaching the model from corrections: what there is, starting, watching, stopping.

The corrections are frozen when somebody presses the button; the worker decides the split, freezes
that too and does the rest (`job`). People decide afterwards whether the new version answers
(`versions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast, get_args

from app.workflow import long_work
from app.workflow.errors import CannotTeach
from app.workflow.long_work import order_of
from app.workflow.models.model_store import NAME
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from app.workflow.teaching.order import TeachOrder
from app.workflow.teaching.progress import TeachProgress
from app.workflow.teaching.run import others
from app.workflow.teaching.teaching_set import TeachingSet, teaching_set
from model.learning.finetune_config import Scope
from model.weights import checkpoint
from storage.exchange import manifest
from storage.exchange.manifest import Manifest
from storage.records import browsing, jobs, videos
from storage.records.jobs import JobRecord, State

KIND = "teach"
ATTEMPTS = 5
BUSY: tuple[State, ...] = ("queued", "running")
SHOWN = 5
# Weights, the run's state with its optimiser (three times the weights), the next of both.
ROOM_PER_WEIGHTS = 8
ROOM_PER_VIDEO = 4 << 20  # features of a few clips


@dataclass(frozen=True, slots=True)
class Outlook:
    """What teaching would work with now. `problems` stand in the way; `notes` do not."""

    parent: str
    found: TeachingSet
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def possible(self) -> bool:
        """Whether the button would do anything."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Ask:
    """One press of the button. `name` is for the new version; "" makes one up."""

    op_id: str
    by: str = ""
    mode: Scope = "head"
    name: str = ""


def outlook(services: Services, likeness: Likeness | None = None) -> Outlook:
    """What could be learned now, from which corrections, and what is in the way.

    With `likeness`, videos known to look nearly the same are kept on one side of the split, as
    the worker will do with all.
    """
    with services.database.read() as session:
        frozen = manifest.freeze(session)
        disagree = browsing.states(session)["disagree"]
    path = services.models.active_path()
    spec = checkpoint.read_spec(path)
    known = None if likeness is None else likeness.known(frozen.entries)
    found = teaching_set(frozen.entries, spec.labels, Path, known)  # nothing is opened here
    problems = (*found.problems, *_gone(services, frozen), *_no_room(services, path, found))
    return Outlook(spec.name, found, problems, (*found.notes, *_left_out(disagree)))


def start(services: Services, ask: Ask) -> JobRecord:
    """Freezes the corrections and queues the work; once, however often the same `op_id` arrives.

    Raises `CannotTeach` with what is in the way, `StorageError`, `CheckpointError`.
    """
    known = _known(services, ask.op_id)
    if known is not None:
        return known
    _check_name(services, ask.name)
    if running(services) is not None:
        raise CannotTeach("The model is being taught already. Wait until that is done, or stop it.")
    problems = outlook(services).problems
    if problems:
        raise CannotTeach(" ".join(problems))
    path = services.models.active_path()
    parent = checkpoint.load(path)
    services.models.register(parent, path)
    around = others(services)
    with services.database.write() as session:
        frozen = manifest.freeze(session)
        manifest.write(frozen, manifest_path(services, frozen.sha256))
        job = jobs.enqueue(
            session,
            op_id=ask.op_id,
            kind=KIND,
            spec=TeachOrder(
                parent=parent.sha256,
                manifest=frozen.sha256,
                as_of=frozen.as_of,
                mode=ask.mode,
                name=ask.name,
                others=around,
            ).to_json(),
            created_by=ask.by,
            max_attempts=ATTEMPTS,
        )
    services.lanes.long.ring()
    return job


def cancel(services: Services, job_id: int) -> JobRecord:
    """Asks the worker to stop. What has ended stays as it is. Raises `NotFoundError`."""
    return long_work.cancel(services, job_id)


def running(services: Services) -> JobRecord | None:
    """The teaching that waits or goes on now."""
    return long_work.newest(services, KIND, BUSY)


def newest(services: Services) -> JobRecord | None:
    """The latest teaching, whatever became of it."""
    return long_work.newest(services, KIND)


def version_name(job: JobRecord) -> str:
    """The name of the version that a job makes."""
    return order_of(job, TeachOrder).name or f"taught-{job.created_at:%Y-%m-%d}-{job.id}"


def remaining_s(job: JobRecord) -> float | None:
    """About how many seconds it will still take; None while that is still being measured."""
    ends_at = TeachProgress.from_json(job.metrics).ends_at
    if job.state != "running" or ends_at is None:
        return None
    return max((ends_at - datetime.now(UTC)).total_seconds(), 0.0)


def known_mode(name: str) -> Scope:
    """Raises `CannotTeach` for an unknown one."""
    if name not in get_args(Scope):
        raise CannotTeach(f"What can learn is one of: {', '.join(get_args(Scope))}.")
    return cast(Scope, name)


def manifest_path(services: Services, sha256: str) -> Path:
    """Where the frozen corrections of that hash are kept."""
    return services.jobs / "manifests" / f"{sha256}.jsonl"


def _known(services: Services, op_id: str) -> JobRecord | None:
    with services.database.read() as session:
        there = jobs.all_jobs(session, kinds=(KIND,))
    return next((job for job in there if job.op_id == op_id), None)


def _check_name(services: Services, name: str) -> None:
    if not name:
        return
    if not NAME.fullmatch(name):
        raise CannotTeach(
            "A version's name consists of letters, digits, dots, dashes and underscores."
        )
    if name in services.models.installed():
        raise CannotTeach(f"There is a model called {name} already. Choose another name.")


def _left_out(disagree: int) -> tuple[str, ...]:
    if not disagree:
        return ()
    about = "one video, which is" if disagree == 1 else f"{disagree} videos, which are"
    return (f"People disagree about {about} left out. Open Videos and decide what is right.",)


def _gone(services: Services, frozen: Manifest) -> tuple[str, ...]:
    gone = [entry.sha256 for entry in frozen.entries if not services.media.exists(entry.uri)]
    if not gone:
        return ()
    with services.database.read() as session:
        found = [videos.find(session, sha256=sha256) for sha256 in gone[:SHOWN]]
    names = ", ".join(video.name for video in found if video is not None)
    more = f" and {len(gone) - SHOWN} more" if len(gone) > SHOWN else ""
    return (
        f"The files of these labelled videos are gone: {names}{more}. Bring them again, or say that"
        " they are unusable.",
    )


def _no_room(services: Services, weights: Path, found: TeachingSet) -> tuple[str, ...]:
    needed = ROOM_PER_WEIGHTS * weights.stat().st_size + ROOM_PER_VIDEO * len(found.examples)
    free = services.media.free_bytes()
    if free >= needed:
        return ()
    return (
        f"The disk has too little space: about {needed >> 20} MB are needed and {free >> 20} MB may"
        " be used. Free some space.",
    )
