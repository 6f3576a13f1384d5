"""What a use case that takes minutes and the worker that carries it out know of each other.

A use case queues an `Order`, a frozen dataclass for its kind of job; the worker hands the same
value to the use case's `carry_out`. In between it stands in the database as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Generic, Protocol, Self, TypeVar

from app.workflow.errors import UnknownOrder
from app.workflow.services import Services
from storage.records import jobs
from storage.records.clock import Clock
from storage.records.jobs import JobRecord, State


@dataclass(frozen=True, slots=True)
class Order:
    """What a job is to do; each kind of job has a dataclass of its own.

    A field that is added later has a default, so that orders queued before are still understood.
    """

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """Raises `KeyError`, `TypeError` or `ValueError` for what this version does not know."""
        return cls(**fields)


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


AnyOrder = TypeVar("AnyOrder", bound=Order)
ToDo = TypeVar("ToDo", bound=Order, contravariant=True)


class Work(Protocol[ToDo]):
    """One kind of long work. May be begun again after a crash, and must then go on or start over.

    Raises the errors of `AppError`, `ModelError` and `StorageError` with a sentence for people.
    """

    def __call__(
        self, services: Services, job: JobRecord, order: ToDo, report: Report
    ) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class JobKind(Generic[AnyOrder]):
    """What jobs of one name are: the order that stands in the row, and who carries it out."""

    order: type[AnyOrder]
    carry_out: Work[AnyOrder]

    def do(self, services: Services, job: JobRecord, report: Report) -> Outcome:
        """Carries a job out. Raises `UnknownOrder`, and what the work raises."""
        return self.carry_out(services, job, order_of(job, self.order), report)


def order_of(job: JobRecord, kind: type[AnyOrder]) -> AnyOrder:
    """What a job is to do. Raises `UnknownOrder` if it was queued in a form not known here."""
    try:
        return kind.from_json(job.spec)
    except (KeyError, TypeError, ValueError) as error:
        raise UnknownOrder(
            "This was asked for in another version of the program, and this version does not"
            " understand it. Nothing was changed; ask for it again."
        ) from error


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
