"""The whole app with a worker, and a server that gives out a network as its publisher would."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.server.listen import server
from app.server.port import take_port
from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.services import Services
from tests.app.workflow.recorded import record_taught
from tests.model.weights.file_server import Behaviour, serving
from tests.model.weights.published import published_file
from tests.working import working


@dataclass(frozen=True, slots=True)
class Shop:
    """A running app. `publisher` decides how models are given out; `taught` was made here."""

    url: str
    services: Services
    publisher: Behaviour
    taught: str


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("models")
    publisher = Behaviour(published_file(folder))
    with serving(publisher) as address:
        settings = Settings(
            data_dir=folder / "data",
            engine="torch",
            min_free_bytes=0,
            port=0,
            model_mirror=address.rpartition("/")[0],
        )
        services = build(settings)
        taught = record_taught(services, "taught-once")
        web = server(make_server(settings, services))
        with working(services), take_port(settings.host, settings.port) as taken:
            taken.listen()
            thread = threading.Thread(target=web.run, kwargs={"sockets": [taken]}, daemon=True)
            thread.start()
            yield Shop(f"http://127.0.0.1:{taken.getsockname()[1]}", services, publisher, taught)
            web.should_exit = True
            thread.join(20)
