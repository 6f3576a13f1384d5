from __future__ import annotations

import threading
import time

import pytest

from app.workflow.running import Done, Progress, run
from model.errors import Cancelled
from model.inference.prediction import OnProgress, Stage


def test_tells_the_stages_and_then_the_result() -> None:
    def work(report: OnProgress) -> int:
        stages: tuple[Stage, ...] = ("storing", "looking")
        for stage in stages:
            for share in (0.2, 1.0):
                report(stage, share)
                time.sleep(0.15)
        return 7

    steps = list(run(work))
    assert steps[-1] == Done(7)
    told = [step for step in steps if isinstance(step, Progress)]
    assert [step.stage for step in told] == sorted((s.stage for s in told), key=str, reverse=True)
    assert {step.stage for step in told} == {"storing", "looking"}
    assert all(0 <= step.share <= 1 and step.elapsed_s >= 0 for step in told)


def test_an_error_of_the_work_is_raised_here() -> None:
    def work(report: OnProgress) -> None:
        report("storing", 0.5)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(run(work))


def test_closing_stops_the_work_and_waits_for_its_end() -> None:
    ended = threading.Event()

    def work(report: OnProgress) -> None:
        try:
            while True:
                report("looking", 0.1)
                time.sleep(0.01)
        except Cancelled:
            ended.set()
            raise

    steps = run(work)
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert ended.is_set()


def test_asking_to_stop_stops_the_work() -> None:
    stop = threading.Event()

    def work(report: OnProgress) -> None:
        while True:
            report("looking", 0.1)
            time.sleep(0.01)

    steps = run(work, stop=stop)
    next(steps)
    stop.set()
    with pytest.raises(Cancelled, match="Stopped"):
        list(steps)


def test_what_ends_by_itself_stops_nothing_else() -> None:
    stop = threading.Event()
    list(run(lambda report: report("storing", 1.0), stop=stop))
    assert not stop.is_set()
