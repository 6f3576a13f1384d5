"""The whole app with one very short video that was answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app.workflow.answers import explain
from app.workflow.answers.explain import Answer
from app.workflow.services import Services
from app.workflow.videos import ingest
from tests.app.workflow.lessons import JUGGLING, short
from tests.browser.whole_app import whole_app
from tests.conftest import DataAt


@dataclass(frozen=True, slots=True)
class Running:
    """A running app and the answer in it."""

    url: str
    services: Services
    answer: Answer

    @property
    def methods(self) -> str:
        """The page that compares methods for this answer."""
        version = self.answer.prediction.version
        return f"{self.url}/methods?video={self.answer.video.id}&version={version[:12]}"


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[Running]:
    with whole_app(data_at(tmp_path_factory.mktemp("data")), quick=True) as app:
        path = short(JUGGLING, tmp_path_factory.mktemp("clips"))
        video = ingest.store(app.services, ingest.Upload(path, path.name), quietly).video
        answer = explain.explain(app.services, video, quietly)
        yield Running(app.url, app.services, answer)


def quietly(*_: object) -> None:
    """Says nothing."""
