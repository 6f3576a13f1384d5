"""Jobs in real worker processes: done, failed, cancelled, killed and taken over."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.jobs.lease import Pace
from app.jobs.worker import UNEXPECTED, Worker
from app.workflow.long_work import JobKind
from app.workflow.services import Services
from storage.records import jobs
from storage.records.clock import Clock
from tests.app.jobs.conftest import Start, ended, look, queue, wait_for
from tests.app.jobs.counting_worker import CountOrder, count
from tests.app.jobs.tables import without_jobs


def test_a_job_is_done_with_its_log(services: Services, start: Start, tmp_path: Path) -> None:
    job_id = queue(services, tmp_path / "numbers")
    start()
    job = wait_for(services, job_id, ended)
    assert (job.state, job.progress, job.message) == ("done", 1.0, "Counted to 3.")
    assert job.metrics == {"number": 3}
    assert job.log_uri is not None
    log = Path(job.log_uri.removeprefix("file://")).read_text()
    assert "Counting: 2." in log
    assert log.count("attempt 1 of 3") == 1


@pytest.mark.parametrize(
    ("then", "sentence", "logged"),
    [
        ("fail", "There is nothing behind the last number.", "ModelError"),
        ("break", "Something went wrong in the program itself", "ZeroDivisionError: a slip"),
    ],
)
def test_a_job_that_fails_says_why(
    services: Services, start: Start, tmp_path: Path, then: str, sentence: str, logged: str
) -> None:
    job_id = queue(services, tmp_path / "numbers", then=then)
    after = queue(services, tmp_path / "more")
    start()
    assert wait_for(services, after, ended).state == "done"
    job = look(services, job_id)
    assert job.state == "failed"
    assert sentence in job.message
    assert "slip" not in job.message
    assert logged in (services.jobs / str(job_id) / "log.txt").read_text()


def test_a_killed_worker_is_replaced_and_its_job_goes_on(
    services: Services, start: Start, tmp_path: Path
) -> None:
    file = tmp_path / "numbers"
    job_id = queue(services, file, to=30)
    first = start()
    wait_for(services, job_id, lambda job: job.progress > 0.2)
    first.kill()
    first.wait()
    assert look(services, job_id).state == "running"
    start()
    job = wait_for(services, job_id, ended)
    assert (job.state, job.attempts) == ("done", 2)
    assert file.read_text().split() == [str(number) for number in range(1, 31)]
    assert "attempt 2 of 3" in (services.jobs / str(job_id) / "log.txt").read_text()


def test_after_its_last_attempt_it_has_failed(
    services: Services, start: Start, tmp_path: Path
) -> None:
    job_id = queue(services, tmp_path / "numbers", to=1000, attempts=1)
    first = start()
    wait_for(services, job_id, lambda job: job.progress > 0)
    first.kill()
    first.wait()
    start()
    job = wait_for(services, job_id, ended)
    assert job.state == "failed"
    assert "The worker stopped once" in job.message


def test_a_worker_that_is_told_to_end_hands_its_job_back(
    services: Services, start: Start, tmp_path: Path
) -> None:
    file = tmp_path / "numbers"
    job_id = queue(services, file, to=40, attempts=1)
    first = start()
    wait_for(services, job_id, lambda job: job.progress > 0.1)
    first.send_signal(signal.SIGTERM)
    assert first.wait(20) == 0
    assert look(services, job_id).state == "queued"
    start()
    assert wait_for(services, job_id, ended).state == "done"
    assert file.read_text().split() == [str(number) for number in range(1, 41)]


def test_cancelling_stops_a_running_job(services: Services, start: Start, tmp_path: Path) -> None:
    job_id = queue(services, tmp_path / "numbers", to=10_000)
    start()
    wait_for(services, job_id, lambda job: job.progress > 0)
    with services.database.write() as session:
        jobs.request_cancel(session, job_id=job_id, clock=Clock.of_this_machine())
    job = wait_for(services, job_id, ended)
    assert (job.state, job.message) == ("cancelled", "Stopped as asked.")


def test_a_worker_that_slept_too_long_loses_its_job(
    services: Services, start: Start, tmp_path: Path
) -> None:
    file = tmp_path / "numbers"
    job_id = queue(services, file, to=60)
    first = start()
    wait_for(services, job_id, lambda job: job.progress > 0.1)
    first.send_signal(signal.SIGSTOP)
    start()
    wait_for(services, job_id, lambda job: job.attempts == 2)
    first.send_signal(signal.SIGCONT)
    job = wait_for(services, job_id, ended)
    assert (job.state, job.attempts) == ("done", 2)
    wait_for_log = services.jobs / str(job_id) / "log.txt"
    wait_for(services, job_id, lambda _: "no longer this worker's" in wait_for_log.read_text())


KINDS = {"count": JobKind(CountOrder, count)}
QUICK = Pace(poll_s=0.02, beat_s=0.02)


@contextmanager
def at_work(
    services: Services,
    *,
    idle_s: float | None = None,
    pace: Pace = QUICK,
    on_rest: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Worker, threading.Thread]]:
    """A worker in a thread of this process, told to end when the block is left."""
    worker = Worker(services, KINDS, pace=pace, idle_s=idle_s, on_rest=on_rest)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        yield worker, thread
    finally:
        worker.end()
        thread.join()


@pytest.mark.parametrize(
    ("then", "state", "message"),
    [
        ("", "done", "Counted to 3."),
        ("fail", "failed", "There is nothing behind the last number."),
        ("break", "failed", UNEXPECTED),
    ],
)
@pytest.mark.parametrize("logs", [True, False])
def test_once_does_one_job_and_says_how_it_ended(
    services: Services, tmp_path: Path, then: str, state: str, message: str, logs: bool
) -> None:
    first, second = (queue(services, tmp_path / name, then=then) for name in ("a", "b"))
    worker = Worker(services, KINDS, pace=QUICK, logs=logs)
    assert not worker.holds_a_job
    assert worker.once()
    assert not worker.holds_a_job
    job = look(services, first)
    assert (job.state, job.message) == (state, message)
    assert look(services, second).state == "queued"
    assert (job.log_uri is not None) == logs
    assert (services.jobs / str(first) / "log.txt").exists() == logs


def test_there_is_nothing_to_do_while_another_does_it(services: Services, tmp_path: Path) -> None:
    worker = Worker(services, KINDS, pace=QUICK)
    assert not worker.once()
    queue(services, tmp_path / "numbers")
    with services.database.write() as session:
        jobs.claim(session, owner="another", clock=Clock.of_this_machine())
    assert not worker.once()


def test_a_worker_that_is_told_to_end_holds_nothing_afterwards(
    services: Services, tmp_path: Path
) -> None:
    job_id = queue(services, tmp_path / "numbers", to=1000)
    with at_work(services) as (worker, _):
        wait_for(services, job_id, lambda job: job.progress > 0)
        assert worker.holds_a_job
    assert not worker.holds_a_job
    assert (look(services, job_id).state, look(services, job_id).attempts) == ("queued", 0)


def test_work_that_somebody_stops_is_cancelled(services: Services, tmp_path: Path) -> None:
    job_id = queue(services, tmp_path / "numbers", to=1000)
    with at_work(services):
        wait_for(services, job_id, lambda job: job.progress > 0)
        with services.database.write() as session:
            jobs.request_cancel(session, job_id=job_id, clock=Clock.of_this_machine())
        job = wait_for(services, job_id, ended)
    assert (job.state, job.message) == ("cancelled", "Stopped as asked.")


def test_work_that_was_given_away_is_let_go(
    services: Services, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = queue(services, tmp_path / "numbers", to=1000)
    clock = Clock.of_this_machine()
    with at_work(services) as (worker, _), caplog.at_level(logging.WARNING):
        job = wait_for(services, job_id, lambda job: job.progress > 0)
        with services.database.write() as session:
            jobs.release(session, lease=job.lease)
            taken = jobs.claim(session, owner="another", clock=clock)
        assert taken is not None
        while worker.holds_a_job:
            time.sleep(0.01)
        assert f"job {job_id} is no longer this worker's" in caplog.text
    assert look(services, job_id).lease_owner == "another"


def test_a_worker_without_work_rests_and_ends(services: Services) -> None:
    rests: list[float] = []
    rest = lambda: rests.append(time.monotonic())  # noqa: E731
    with at_work(services, idle_s=0.1, on_rest=rest) as (_, thread):
        thread.join(30)
        assert not thread.is_alive()
    assert len(rests) > 1


def test_nobody_ends_while_another_may_die_with_a_job(services: Services, tmp_path: Path) -> None:
    job_id = queue(services, tmp_path / "numbers")
    clock = Clock.of_this_machine()
    with services.database.write() as session:
        job = jobs.claim(session, owner="another", clock=clock)
    assert job is not None
    with at_work(services, idle_s=0.05) as (_, thread):
        time.sleep(0.5)
        assert thread.is_alive()
        with services.database.write() as session:
            jobs.finish(session, lease=job.lease, clock=clock)
        thread.join(30)
        assert not thread.is_alive()
    assert look(services, job_id).state == "done"


def test_a_call_is_heard_at_once(services: Services, tmp_path: Path) -> None:
    """By a worker that would look by itself in ten minutes."""
    resting = threading.Event()
    pace = Pace(poll_s=600, beat_s=0.02)
    with at_work(services, pace=pace, on_rest=resting.set) as (worker, _):
        assert resting.wait(30)
        job_id = queue(services, tmp_path / "numbers")
        worker.hurry()
        assert wait_for(services, job_id, ended).state == "done"


def test_a_database_that_fails_for_a_while_is_no_end(
    services: Services, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with at_work(services), caplog.at_level(logging.WARNING):
        with without_jobs(services):
            while "the jobs cannot be looked at" not in caplog.text:
                time.sleep(0.01)
        job_id = queue(services, tmp_path / "numbers")
        assert wait_for(services, job_id, ended).state == "done"
