"""Jobs in real worker processes: done, failed, cancelled, killed and taken over."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from app.workflow.services import Services
from storage.records import jobs
from storage.records.clock import Clock
from tests.app.jobs.conftest import Start, ended, look, queue, wait_for


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
