"""Getting a model from a page: queued, done by the worker, watched, stopped; then choosing it."""

from __future__ import annotations

from dataclasses import dataclass

from app.workflow import long_work
from app.workflow.errors import CannotGet
from app.workflow.long_work import Order, Outcome, Report
from app.workflow.models import model_store
from app.workflow.services import Services
from model.errors import CheckpointError
from model.weights import catalogue, checkpoint
from storage.records import jobs
from storage.records.jobs import JobRecord, State

KIND = "get-model"
ATTEMPTS = 3
BUSY: tuple[State, ...] = ("queued", "running")
FETCHED = 0.9  # share of the work after which the file is here
ROOM = 3  # times the file: the file, what it is turned into, and a little air


@dataclass(frozen=True, slots=True)
class GetModelOrder(Order):
    """Get a model: its name in the catalogue, and the title under which people pressed."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One press of the button: a model's name in the catalogue."""

    op_id: str
    name: str
    by: str = ""


def start(services: Services, ask: Ask) -> JobRecord:
    """Queues the work; once, however often the same `op_id` arrives.

    Raises `CannotGet` with what is in the way, `CheckpointError` for an unknown name.
    """
    entry = catalogue.find(ask.name)
    known = _known(services, ask.op_id)
    if known is not None:
        return known
    if _is_whole(services, entry.name):
        raise CannotGet(f"{entry.title} is here already.")
    if running(services) is not None:
        raise CannotGet("Another model is being fetched. Wait until it is here, or stop it.")
    _check_room(services, entry)
    with services.database.write() as session:
        job = jobs.enqueue(
            session,
            op_id=ask.op_id,
            kind=KIND,
            spec=GetModelOrder(entry.name, entry.title).to_json(),
            created_by=ask.by,
            max_attempts=ATTEMPTS,
        )
    services.lanes.long.ring()
    return job


def carry_out(services: Services, job: JobRecord, order: GetModelOrder, report: Report) -> Outcome:
    """Fetches, checks and converts one model; a `Work`. Raises `DownloadError`, `CheckpointError`.

    What has arrived of a published file is kept when it breaks off or is stopped, and the next
    attempt goes on from there.
    """
    del job
    entry = catalogue.find(order.name)
    first = "Making it from the default." if entry.of_default else "Connecting."

    def told(done: int, total: int | None) -> None:
        whole = total or entry.about_bytes
        if done >= whole:
            report(FETCHED, "It has arrived. Checking and converting it.")
        else:
            sizes = f"{done / 1e6:.0f} of {'' if total else 'about '}{whole / 1e6:.0f} MB"
            report(FETCHED * done / whole, f"{sizes} have arrived." if done else first)

    told(0, None)
    model_store.download(services.models, entry.name, on_progress=told)
    return Outcome(f"{entry.title} is on this computer now.")


def cancel(services: Services, job_id: int) -> JobRecord:
    """Asks the worker to stop. What has ended stays as it is. Raises `NotFoundError`."""
    return long_work.cancel(services, job_id)


def running(services: Services) -> JobRecord | None:
    """The fetching that waits or goes on now."""
    return long_work.newest(services, KIND, BUSY)


def newest(services: Services) -> JobRecord | None:
    """The latest fetching, whatever became of it."""
    return long_work.newest(services, KIND)


def _is_whole(services: Services, name: str) -> bool:
    """Whether it is here and not damaged; a damaged one may be fetched again."""
    path = services.models.installed().get(name)
    if path is None:
        return False
    try:
        checkpoint.read_spec(path)
    except CheckpointError:
        return False
    return True


def _known(services: Services, op_id: str) -> JobRecord | None:
    with services.database.read() as session:
        there = jobs.all_jobs(session, kinds=(KIND,))
    return next((job for job in there if job.op_id == op_id), None)


def _check_room(services: Services, entry: catalogue.Entry) -> None:
    needed, free = ROOM * entry.about_bytes, services.media.free_bytes()
    if free < needed:
        raise CannotGet(
            f"The disk has too little space: about {needed >> 20} MB are needed and"
            f" {max(free, 0) >> 20} MB may be used. Free some space."
        )
