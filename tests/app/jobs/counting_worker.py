"""A worker process with a kind of job made for tests: `python -m tests.app.jobs.counting_worker`.

The job counts to `to`, one line in `file` for each number, and goes on where an earlier attempt
stopped; `then` says how it ends.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from app.jobs.ending import end_on_signals, follow_input
from app.jobs.lease import Pace
from app.jobs.worker import Worker
from app.settings import load_settings
from app.wiring import build
from app.workflow.long_work import JobKind, Order, Outcome, Report
from app.workflow.services import Services
from model.errors import ModelError
from storage.records.jobs import JobRecord

PACE = Pace(poll_s=0.05, beat_s=0.1, lease_s=1.5)


@dataclass(frozen=True, slots=True)
class CountOrder(Order):
    file: str
    to: int
    then: str = ""


def count(services: Services, job: JobRecord, order: CountOrder, report: Report) -> Outcome:
    """Counts slowly."""
    del services, job
    file, to = Path(order.file), order.to
    done = len(file.read_text().splitlines()) if file.exists() else 0
    for number in range(done + 1, to + 1):
        report(number / to, f"Counting: {number}.", {"number": number})
        with file.open("a") as lines:
            lines.write(f"{number}\n")
        time.sleep(0.05)
    match order.then:
        case "fail":
            raise ModelError("There is nothing behind the last number.")
        case "break":
            raise ZeroDivisionError("a slip of the program")
        case _:
            return Outcome(f"Counted to {to}.", metrics={"number": to})


def main() -> None:
    """Works until its input closes."""
    services = build(load_settings())
    called = "--only-when-called" in sys.argv
    pace = Pace(poll_s=600, beat_s=0.1, lease_s=1.5) if called else PACE
    idle_s = 1.0 if "--until-idle" in sys.argv else None
    worker = Worker(services, {"count": JobKind(CountOrder, count)}, pace=pace, idle_s=idle_s)
    end_on_signals(worker.end, lambda: worker.holds_a_job)
    if "--until-input-closes" in sys.argv:
        follow_input(worker.end, worker.hurry)
    worker.run()


if __name__ == "__main__":
    main()
