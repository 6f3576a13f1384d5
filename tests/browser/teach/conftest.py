"""The whole app with its worker process, and a few labelled videos."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.jobs.lanes import workers
from app.jobs.supervisor import Supervisor
from app.server.listen import server
from app.server.port import take_port
from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.services import Services
from tests.app.workflow.lessons import JUGGLING, JUMPING, bring


@dataclass(frozen=True, slots=True)
class School:
    """A running app. `supervisor` keeps its worker."""

    url: str
    services: Services
    supervisor: Supervisor


@pytest.fixture(scope="package")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """Serves until the folder's tests are done."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), engine="torch", min_free_bytes=0, port=0
    )
    services = build(settings)
    _label(services, tmp_path_factory.mktemp("clips"))
    web = server(make_server(settings, services))
    with take_port(settings.host, settings.port) as taken:
        taken.listen()
        thread = threading.Thread(target=web.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with workers(settings, services) as supervisors:
            yield School(url, services, supervisors["long"])
        web.should_exit = True
        thread.join(20)


def _label(services: Services, folder: Path) -> None:
    bring(services, JUGGLING, "juggling balls", folder, learn=2, check=1)
    bring(services, JUMPING, "star jump", folder, learn=3, check=1)
