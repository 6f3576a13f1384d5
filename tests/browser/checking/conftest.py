"""The whole app with one very short video that the default answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app.server.listen import server
from app.server.port import take_port
from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.answers import explain
from app.workflow.answers.explain import Answer
from app.workflow.services import Services
from app.workflow.videos import ingest
from tests.app.workflow.lessons import JUGGLING, short


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
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for all tests here: Gradio's scripts are fetched and compiled once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A fresh tab, closed at the end: each keeps a connection, and a browser opens six at most."""
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    page.close()
    assert failures == [], f"scripts on the page failed: {failures}"


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), engine="torch", min_free_bytes=0, port=0
    )
    services = build(settings)
    path = short(JUGGLING, tmp_path_factory.mktemp("clips"))
    video = ingest.store(services, ingest.Upload(path, path.name), quietly).video
    answer = explain.explain(services, video, quietly)
    web = server(make_server(settings, services))
    with take_port(settings.host, settings.port) as taken:
        taken.listen()
        thread = threading.Thread(target=web.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        yield Running(f"http://127.0.0.1:{taken.getsockname()[1]}", services, answer)
        web.should_exit = True
        thread.join(20)


def quietly(*_: object) -> None:
    """Says nothing."""
