"""The worker: takes queued jobs one after the other, and records how each ended in a sentence.

A job is never "running" for ever. A worker that dies no longer renews its lease; the next worker
takes the job over, or marks it as failed after its last attempt.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from app.jobs.lease import HeldJob, Interrupted, Pace
from app.workflow.errors import AppError
from app.workflow.long_work import JobKind, Outcome
from app.workflow.services import Services
from model.errors import Cancelled, ModelError
from storage.errors import LeaseLostError, StorageError
from storage.records import jobs, queue
from storage.records.clock import Clock
from storage.records.jobs import JobRecord

UNEXPECTED = (
    "Something went wrong in the program itself; everything from before is untouched. Try again;"
    " if it happens again, tell whoever runs this (the log says more)."
)
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
log = logging.getLogger(__name__)
Ending = Callable[[JobRecord], JobRecord]


class Worker:
    """Does jobs of the given kinds over these services until it is told to end.

    `on_rest` is called before each wait for more, to make ready for it. With `logs` each job keeps
    a log of its own. After `idle_s` seconds in which nothing was to do and nobody called `hurry`,
    `run` returns.
    """

    def __init__(
        self,
        services: Services,
        kinds: Mapping[str, JobKind[Any]],
        *,
        pace: Pace | None = None,
        on_rest: Callable[[], None] = lambda: None,
        logs: bool = True,
        idle_s: float | None = None,
    ) -> None:
        self._services = services
        self._kinds = kinds
        self._pace = pace or Pace()
        self._on_rest = on_rest
        self._logs = logs
        self._idle_s = idle_s
        self._called = threading.Event()
        self._holds = False
        self._clock = Clock.of_this_machine()
        self._owner = f"{self._clock.host}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._ending = threading.Event()

    @property
    def holds_a_job(self) -> bool:
        """Whether there is something to hand back before the end."""
        return self._holds

    def end(self) -> None:
        """Makes `run` return soon. A job in work is handed back and goes on later."""
        self._ending.set()
        self._called.set()

    def hurry(self) -> None:
        """Says that there is something to do, or soon may be; without it `run` looks by itself."""
        self._called.set()

    def run(self) -> None:
        """Works until `end` is called, or for too long nothing was to do."""
        busy_at = time.monotonic()
        while not self._ending.is_set():
            try:
                busy = self.once()
                if not busy:
                    self._on_rest()
                    busy = self._called.wait(self._pace.poll_s)
                    self._called.clear()
            except StorageError:
                log.warning("the jobs cannot be looked at; trying again", exc_info=True)
                busy = self._ending.wait(5 * self._pace.poll_s)
            if busy:
                busy_at = time.monotonic()
            elif self._idled_out(time.monotonic() - busy_at):
                return

    def once(self) -> bool:
        """Does the first queued job, if there is one; says whether there was."""
        if not self._is_waiting():
            return False
        self._holds = True
        try:
            return self._claim_and_work()
        finally:
            self._holds = False

    def _idled_out(self, idle_s: float) -> bool:
        """Not while another worker has a job, which may die."""
        return self._idle_s is not None and idle_s > self._idle_s and not self._is_waiting()

    def _is_waiting(self) -> bool:
        with self._services.database.read() as session:
            return queue.is_waiting(session, kinds=tuple(self._kinds))

    def _claim_and_work(self) -> bool:
        with self._services.database.write() as session:
            jobs.requeue_expired(session, clock=self._clock, lease_s=self._pace.lease_s)
            job = jobs.claim(
                session, owner=self._owner, clock=self._clock, kinds=tuple(self._kinds)
            )
        if job is None:
            return False
        path = self._services.jobs / str(job.id) / "log.txt"
        with _logged(path) if self._logs else nullcontext():
            self._see_through(job, path)
        return True

    def _see_through(self, job: JobRecord, path: Path) -> None:
        log.info("job %s (%s), attempt %s of %s", job.id, job.kind, job.attempts, job.max_attempts)
        try:
            outcome = self._work(job, path)
            self._close(job, outcome=outcome)
        except Interrupted:
            with self._services.database.write() as session:
                jobs.release(session, lease=job.lease)
        except Cancelled as stopped:
            self._close(job, cancelled=str(stopped))
        except LeaseLostError:
            log.warning("job %s is no longer this worker's", job.id)
        except (AppError, ModelError, StorageError) as error:
            log.exception("job %s failed", job.id)
            self._close(job, failed=str(error))
        except Exception:
            log.exception("job %s failed unexpectedly", job.id)
            self._close(job, failed=UNEXPECTED)

    def _work(self, job: JobRecord, path: Path) -> Outcome:
        if self._logs:
            with self._services.database.write() as session:
                uri = f"file://{path}"
                jobs.heartbeat(session, lease=job.lease, clock=self._clock, log_uri=uri)
        with HeldJob(
            self._services.database, job, clock=self._clock, pace=self._pace, ending=self._ending
        ) as report:
            return self._kinds[job.kind].do(self._services, job, report)

    def _close(
        self,
        job: JobRecord,
        *,
        outcome: Outcome | None = None,
        cancelled: str = "",
        failed: str = "",
    ) -> None:
        lease, clock = job.lease, self._clock
        with self._services.database.write() as session:
            if outcome is not None:
                jobs.finish(
                    session,
                    lease=lease,
                    clock=clock,
                    metrics=outcome.metrics,
                    result_version_id=outcome.version_id,
                    message=outcome.sentence,
                )
            elif cancelled:
                jobs.cancelled(session, lease=lease, clock=clock, message=cancelled)
            else:
                jobs.fail(session, lease=lease, clock=clock, message=failed)
        log.info("job %s: %s", job.id, outcome.sentence if outcome else cancelled or failed)


@contextmanager
def _logged(path: Path) -> Iterator[Path]:
    """Whatever is logged also goes to this file, after what earlier attempts wrote."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    try:
        yield path
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()
