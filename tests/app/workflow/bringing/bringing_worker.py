"""A worker process that brings in: `python -m tests.app.workflow.bringing.bringing_worker`."""

from __future__ import annotations

from app.jobs.ending import end_on_signals
from app.jobs.lease import Pace
from app.jobs.worker import Worker
from app.settings import load_settings
from app.wiring import build
from app.workflow.bringing import job
from app.workflow.bringing.order import KIND, BringOrder
from app.workflow.long_work import JobKind

PACE = Pace(poll_s=0.05, beat_s=0.1, lease_s=1.5)


def main() -> None:
    """Works until it is told to end."""
    worker = Worker(build(load_settings()), {KIND: JobKind(BringOrder, job.carry_out)}, pace=PACE)
    end_on_signals(worker.end, lambda: worker.holds_a_job)
    worker.run()


if __name__ == "__main__":
    main()
