"""Whoever holds a job shows that it lives, and hears when it must stop."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import pytest

from app.jobs.lease import HeldJob, Interrupted, Pace
from app.workflow.services import Services
from model.errors import Cancelled
from storage.errors import LeaseLostError
from storage.records import jobs
from storage.records.clock import Clock
from storage.records.jobs import JobRecord
from tests.app.jobs.conftest import look, queue, wait_for
from tests.app.jobs.tables import without_jobs

CLOCK = Clock.of_this_machine()
QUICK = Pace(beat_s=0.02)


@pytest.fixture
def job(services: Services, tmp_path: Path) -> JobRecord:
    queue(services, tmp_path / "numbers")
    return claimed(services, "this worker")


def claimed(services: Services, owner: str) -> JobRecord:
    with services.database.write() as session:
        found = jobs.claim(session, owner=owner, clock=CLOCK)
    assert found is not None
    return found


def held(services: Services, job: JobRecord, pace: Pace = QUICK) -> HeldJob:
    return HeldJob(services.database, job, clock=CLOCK, pace=pace, ending=threading.Event())


def until(report: HeldJob, error: type[Exception]) -> None:
    """Works on until the work must stop."""
    try:
        for _ in range(2000):
            report(0.5, "Going on.")
            time.sleep(0.005)
    except error:
        return
    pytest.fail("nothing stopped it")


def test_a_new_sentence_is_written_without_waiting(services: Services, job: JobRecord) -> None:
    with held(services, job, Pace(beat_s=600)) as report:
        report(0.25, "A quarter.", {"loss": 3})
        found = wait_for(services, job.id, lambda job: job.message == "A quarter.")
        assert (found.progress, found.metrics) == (0.25, {"loss": 3})
        report(7.0, "A quarter.")  # no news: waits for the next sign of life
        report(7.0, "Too much.")
        assert wait_for(services, job.id, lambda job: job.message == "Too much.").progress == 1


def test_a_sign_of_life_comes_by_itself(services: Services, job: JobRecord) -> None:
    with held(services, job):
        first = wait_for(services, job.id, lambda job: job.heartbeat_at is not None).heartbeat_at
        wait_for(services, job.id, lambda job: job.heartbeat_at != first)


def test_cancelling_stops_the_work(services: Services, job: JobRecord) -> None:
    with held(services, job) as report:
        with services.database.write() as session:
            jobs.request_cancel(session, job_id=job.id, clock=CLOCK)
        until(report, Cancelled)


def test_the_end_of_the_worker_stops_the_work(services: Services, job: JobRecord) -> None:
    ending = threading.Event()
    report = HeldJob(services.database, job, clock=CLOCK, pace=QUICK, ending=ending)
    with report:
        report(0.1, "Going on.")
        ending.set()
        with pytest.raises(Interrupted):
            report(0.2, "Going on.")


def test_a_job_that_was_given_away_stops_the_work(services: Services, job: JobRecord) -> None:
    with held(services, job) as report:
        with services.database.write() as session:
            jobs.release(session, lease=job.lease)
        claimed(services, "another worker")
        until(report, LeaseLostError)
        assert not report._thread.is_alive() or report._lost.is_set()
    assert look(services, job.id).lease_owner == "another worker"


def test_a_sign_of_life_that_cannot_be_written_is_no_end(
    services: Services, job: JobRecord, caplog: pytest.LogCaptureFixture
) -> None:
    with held(services, job) as report, caplog.at_level(logging.WARNING):
        with without_jobs(services):
            while "could not be written" not in caplog.text:
                time.sleep(0.01)
        report(0.75, "Still there.")
        assert wait_for(services, job.id, lambda job: job.progress == 0.75).state == "running"
