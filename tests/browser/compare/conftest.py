"""The whole app with two real versions, and videos that they answered differently, or not yet."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app.server.listen import server
from app.server.port import take_port
from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.answers import explain
from app.workflow.comparing.walking import compare_address
from app.workflow.services import Services
from app.workflow.videos import ingest
from storage.records import versions
from storage.records.videos import VideoRecord
from tests.app.workflow.lessons import JUGGLING, JUMPING, renamed, say, short

NEW = "star jump"


@dataclass(frozen=True, slots=True)
class Lists:
    """A running app. People call `broken` what neither version says; `half` has one answer."""

    url: str
    before: str
    after: str
    fixed: VideoRecord
    broken: VideoRecord
    half: VideoRecord

    def address(self, video: VideoRecord) -> str:
        return self.url + compare_address(video.id, before=self.before, after=self.after)


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
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lists]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), engine="torch", min_free_bytes=0, port=0
    )
    services = build(settings)
    clips = tmp_path_factory.mktemp("clips")
    fixed = _store(services, short(JUMPING, clips, 2.0))
    broken = _store(services, short(JUGGLING, clips))
    half = _store(services, short(JUGGLING, clips, 0.7))
    old = [explain.explain(services, video, _quietly) for video in (fixed, broken, half)]
    said = old[0].prediction.top[0].label
    taught = settings.models_dir / "taught.safetensors"
    after = renamed(taught, old=said, new=NEW)
    for video in (fixed, broken):
        explain.explain(services, video, _quietly, model=str(taught))
    say(services, fixed, NEW)
    say(services, broken, "archery")
    before = old[0].prediction.version
    _list(services, after, {"fixed": [(fixed, said, NEW)], "broken": [(broken, "x", "y")]}, before)
    web = server(make_server(settings, services))
    with take_port(settings.host, settings.port) as taken:
        taken.listen()
        thread = threading.Thread(target=web.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        yield Lists(url, before, after, fixed, broken, half)
        web.should_exit = True
        thread.join(20)


def _list(
    services: Services,
    after: str,
    lists: dict[str, list[tuple[VideoRecord, str, str]]],
    before: str,
) -> None:
    """Puts videos on the lists of a version, as the check after teaching does."""
    result = {
        name: [
            {
                "video_id": video.id,
                "name": video.name,
                "label": new,
                "before": old,
                "after": new,
                "before_version": before,
                "after_version": after,
            }
            for video, old, new in lines
        ]
        for name, lines in lists.items()
    }
    with services.database.write() as session:
        version = versions.find(session, sha256=after)
        assert version is not None
        metrics = {"videos": 0, "sentence": "2 of 2 changed"} | result
        versions.set_metrics(session, version_id=version.id, metrics=metrics)


def _store(services: Services, path: Path) -> VideoRecord:
    return ingest.store(services, ingest.Upload(path, path.name), _quietly).video


def _quietly(*_: object) -> None:
    """Says nothing."""
