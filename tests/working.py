"""A worker in this process, for tests of pages that wait for one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.jobs.kinds import ALL_KINDS
from app.jobs.lease import Pace
from app.jobs.worker import Worker
from app.workflow.long_work import JobKind
from app.workflow.services import Services

PACE = Pace(poll_s=0.1, beat_s=0.2)


@contextmanager
def working(services: Services, kinds: Mapping[str, JobKind[Any]] = ALL_KINDS) -> Iterator[Worker]:
    """Does queued work until the block is left."""
    worker = Worker(services, kinds, pace=PACE)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        worker.end()
        thread.join()
