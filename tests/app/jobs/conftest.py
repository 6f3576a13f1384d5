"""A data folder, its services, and real worker processes over it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.settings import Settings, whole_environment
from app.wiring import build
from app.workflow.services import Services
from storage.records import jobs
from storage.records.jobs import JobRecord
from tests.app.jobs.counting_worker import CountOrder

COUNTING = [sys.executable, "-m", "tests.app.jobs.counting_worker"]
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", engine="torch", min_free_bytes=0)


@pytest.fixture
def services(settings: Settings) -> Services:
    return build(settings)


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Starts counting workers; those that still run at the end are killed."""
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(COUNTING, env=whole_environment(settings)))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def queue(services: Services, file: Path, *, to: int = 3, then: str = "", attempts: int = 3) -> int:
    """Queues a counting job; its number."""
    spec = CountOrder(str(file), to, then).to_json()
    with services.database.write() as session:
        return jobs.enqueue(
            session, op_id=file.name, kind="count", spec=spec, max_attempts=attempts
        ).id


def look(services: Services, job_id: int) -> JobRecord:
    """The job as it is now."""
    with services.database.read() as session:
        return jobs.get(session, job_id=job_id)


def wait_for(
    services: Services, job_id: int, good: Callable[[JobRecord], bool], *, patience_s: float = 60
) -> JobRecord:
    """The job once it is as wanted."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        job = look(services, job_id)
        if good(job):
            return job
        time.sleep(0.05)
    pytest.fail(f"the job never got there: {look(services, job_id)}")


def ended(job: JobRecord) -> bool:
    """Whether nobody will work on it any more."""
    return job.state in ("done", "failed", "cancelled")
