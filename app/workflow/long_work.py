"""What a use case that takes minutes and the worker that carries it out know of each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.workflow.services import Services
from storage.records import jobs
from storage.records.clock import Clock
from storage.records.jobs import JobRecord, State


class Report(Protocol):
    """Tells how far the work is; raises when it must stop, so call it often."""

    def __call__(self, share: float, sentence: str, news: Mapping[str, Any] | None = None) -> None:
        """`share` of the whole in 0..1; `news` replaces what the job's `metrics` hold."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `sentence` is for people; `metrics` replaces what the job's hold."""

    sentence: str
    version_id: int | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)


class Work(Protocol):
    """One kind of long work. May be begun again after a crash, and must then go on or start over.

    Raises the errors of `AppError`, `ModelError` and `StorageError` with a sentence for people.
    """

    def __call__(self, services: Services, job: JobRecord, report: Report) -> Outcome: ...


def cancel(services: Services, job_id: int) -> JobRecord:
    """Asks the worker to stop. What has ended stays as it is. Raises `NotFoundError`."""
    with services.database.write() as session:
        return jobs.request_cancel(session, job_id=job_id, clock=Clock.of_this_machine())


def newest(
    services: Services, kind: str, states: Sequence[State] | None = None
) -> JobRecord | None:
    """The latest work of a kind, in one of these states if any are given."""
    with services.database.read() as session:
        found = jobs.all_jobs(session, kinds=(kind,), states=states, limit=1)
    return found[0] if found else None
