"""Is the time that a teaching says is left the time that is left?

`python -m benchmarks.teaching.forecast --task four`; needs the folder of real clips. Teaches twice:
the second time the speeds of the first are known.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.jobs.kinds import ALL_KINDS
from app.jobs.worker import Worker
from app.settings import load_settings
from app.wiring import build
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.teaching import teach
from benchmarks.teaching.__main__ import bring, opinion
from benchmarks.teaching.material import TASKS, draw
from storage.records import jobs

LOOK_S = 0.5
SHARES = (0.1, 0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Said:
    """At a moment, in seconds since the start: how many seconds were said to be left, if any."""

    at_s: float
    left_s: float | None


def main() -> None:
    """Prints, at shares of the true time, what was said to be left and what was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=TASKS, default="four")
    parser.add_argument("--learn", type=int, default=5, help="corrections a class")
    parser.add_argument("--mode", default="head")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        services = build(load_settings(data_dir=Path(folder), min_free_bytes=0))
        drawn = draw(wanted.task, wanted.learn, 0)
        for path in drawn.around:
            bring(services, path)
        for number, clip in enumerate(drawn.corrected):
            if number % wanted.learn < wanted.learn - 1:
                correct.decide(services, opinion(bring(services, clip.path), clip))
        _report("first", *_taught(services, wanted.mode, "one"))
        for clip in drawn.corrected[wanted.learn - 1 :: wanted.learn]:  # something new to learn
            correct.decide(services, opinion(bring(services, clip.path), clip))
        _report("second", *_taught(services, wanted.mode, "two"))


def _taught(services: Services, mode: str, name: str) -> tuple[list[Said], float]:
    """All that was said while it taught, and how long it took."""
    ask = teach.Ask(f"benchmark {name}", mode=teach.known_mode(mode), name=name)
    job = teach.start(services, ask)
    worker = threading.Thread(target=Worker(services, ALL_KINDS).once)
    start, said = time.monotonic(), list[Said]()
    worker.start()
    while worker.is_alive():
        worker.join(LOOK_S)
        with services.database.read() as session:
            metrics = jobs.get(session, job_id=job.id).metrics
        ends = metrics.get("ends_at")
        left = datetime.fromisoformat(ends).timestamp() - time.time() if ends else None
        said.append(Said(time.monotonic() - start, left))
    took = time.monotonic() - start
    with services.database.read() as session:
        ended = jobs.get(session, job_id=job.id)
    if ended.state != "done":
        raise SystemExit(ended.message)
    return said, took


def _report(name: str, said: list[Said], took: float) -> None:
    first = next((one.at_s for one in said if one.left_s is not None), took)
    print(f"{name} teaching: {took:.0f} s, load {os.getloadavg()[0]:.1f}", end="; ")
    print(f"it said how long from {first:.0f} s on")
    for share in SHARES:
        one = min(said, key=lambda one, at=share * took: abs(one.at_s - at))  # type: ignore[misc]
        true, left = took - one.at_s, one.left_s
        words = "nothing" if left is None else f"{left:.0f} s, {left / true:.2f} times as many"
        print(f"  at {share:.0%}: {true:.0f} s were left, said {words}", flush=True)


if __name__ == "__main__":
    main()
