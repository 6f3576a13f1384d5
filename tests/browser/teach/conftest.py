"""The whole app with its worker process, and a few labelled videos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.jobs.lanes import workers
from app.jobs.supervisor import Supervisor
from app.workflow.services import Services
from tests.app.workflow.lessons import JUGGLING, JUMPING, bring
from tests.browser.whole_app import whole_app
from tests.conftest import DataAt


@dataclass(frozen=True, slots=True)
class School:
    """A running app. `supervisor` keeps its worker."""

    url: str
    services: Services
    supervisor: Supervisor


@pytest.fixture(scope="package")
def school(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[School]:
    with whole_app(data_at(tmp_path_factory.mktemp("data"))) as app:
        _label(app.services, tmp_path_factory.mktemp("clips"))
        with workers(app.settings, app.services) as supervisors:
            yield School(app.url, app.services, supervisors["long"])


def _label(services: Services, folder: Path) -> None:
    bring(services, JUGGLING, "juggling balls", folder, learn=2, check=1)
    bring(services, JUMPING, "star jump", folder, learn=3, check=1)
