"""The whole app with a worker, and a server that gives out a network as its publisher would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.workflow.services import Services
from tests.app.workflow.recorded import record_taught
from tests.browser.whole_app import whole_app
from tests.conftest import DataAt
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
def shop(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("models")
    publisher = Behaviour(published_file(folder))
    with (
        serving(publisher) as address,
        whole_app(data_at(folder / "data"), model_mirror=address.rpartition("/")[0]) as app,
        working(app.services),
    ):
        yield Shop(app.url, app.services, publisher, record_taught(app.services, "taught-once"))
