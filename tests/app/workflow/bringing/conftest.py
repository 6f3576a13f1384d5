"""A data folder of the test's own, and real processes that bring in."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.settings import Settings, whole_environment
from app.wiring import build
from app.workflow.bringing import bring
from app.workflow.bringing.bring import Standing
from app.workflow.services import Services

WORKING = [sys.executable, "-m", "tests.app.workflow.bringing.bringing_worker"]
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "server folder"
    folder.mkdir()
    return Settings(data_dir=tmp_path / "data", min_free_bytes=0, import_folder=folder)


@pytest.fixture
def services(settings: Settings) -> Services:
    return build(settings)


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Starts workers; those that still run at the end are killed."""
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(WORKING, env=whole_environment(settings)))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def wait_for(
    services: Services, batch_id: int, good: Callable[[Standing], bool], *, patience_s: float = 120
) -> Standing:
    """How it stands once it is as wanted."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        standing = bring.standing(services, batch_id)
        if good(standing):
            return standing
        time.sleep(0.05)
    pytest.fail(f"it never got there: {bring.standing(services, batch_id)}")


def added(standing: Standing) -> int:
    """How many of its files are stored."""
    return standing.batch.counts.get("added", 0)
