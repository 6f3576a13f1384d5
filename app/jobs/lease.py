"""Holding on to a job while it is done: signs of life, progress, and whether to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from model.errors import Cancelled
from storage.engine.database import Database
from storage.errors import LeaseLostError, StorageError
from storage.records import jobs
from storage.records.clock import Clock
from storage.records.jobs import JobRecord

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between looks for work, between signs of life, and until a job is given away.

    The last must be several times the second: a busy disk can hold one up. News that people wait
    for, a new sentence, are written without waiting for the next sign of life.
    """

    poll_s: float = 1.0
    beat_s: float = 2.0
    lease_s: float = 30.0


class Interrupted(Exception):
    """Raised inside the work when this worker is told to end; the job goes on elsewhere."""


class HeldJob:
    """A claimed job. Between entering and leaving, a thread says that its worker lives.

    `ending` is set when the worker is told to end. Calling the object is the work's `Report`; it
    raises `Cancelled`, `Interrupted` or `LeaseLostError` when the work must stop.
    """

    def __init__(
        self,
        database: Database,
        job: JobRecord,
        *,
        clock: Clock,
        pace: Pace,
        ending: threading.Event,
    ) -> None:
        self._database = database
        self._job = job
        self._clock = clock
        self._pace = pace
        self._ending = ending
        self._left = threading.Event()
        self._news_came = threading.Event()
        self._cancelled = threading.Event()
        self._lost = threading.Event()
        self._news: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._keep, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left.set()
        self._news_came.set()
        self._thread.join()

    def __call__(self, share: float, sentence: str, news: Mapping[str, Any] | None = None) -> None:
        if self._lost.is_set():
            raise LeaseLostError("This job was given to another worker.")
        if self._ending.is_set():
            raise Interrupted
        if self._cancelled.is_set():
            raise Cancelled("Stopped as asked.")
        is_new = self._news.get("message") != sentence
        said: dict[str, Any] = {"progress": min(max(share, 0.0), 1.0), "message": sentence}
        self._news = said if news is None else said | {"metrics": news}
        if is_new:
            log.info("%s", sentence)
            self._news_came.set()

    def _keep(self) -> None:
        while True:
            self._beat()
            self._news_came.wait(self._pace.beat_s)
            self._news_came.clear()
            if self._left.is_set() or self._lost.is_set():
                return

    def _beat(self) -> None:
        try:
            with self._database.write() as session:
                lease = self._job.lease
                found = jobs.heartbeat(session, lease=lease, clock=self._clock, **self._news)
        except LeaseLostError:
            self._lost.set()
        except StorageError:
            log.warning("a sign of life could not be written", exc_info=True)
        else:
            if found.cancel:
                self._cancelled.set()
