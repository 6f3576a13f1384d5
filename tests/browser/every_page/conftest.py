"""The whole app with an answered video and labels of long words, for what holds on every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from app.workflow.answers import explain
from app.workflow.videos import ingest
from storage.records.videos import VideoRecord
from tests.app.workflow.lessons import JUGGLING, say, short
from tests.browser.whole_app import whole_app
from tests.conftest import DataAt
from tests.storage.rows import add_prediction, add_video

LONG = ("headbanging", "springboard diving", "contact juggling", "playing squash or racquetball")
NAMES = ("Recording of 2026-11-25 at 22.40.13", "v_WalkingWithDog_g01_c01.avi", "IMG_2034.MOV")


@dataclass(frozen=True, slots=True)
class Site:
    """A running app; `pages` are the addresses of all its pages, by what they are called."""

    url: str
    pages: dict[str, str]
    answered: VideoRecord


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[Site]:
    with whole_app(data_at(tmp_path_factory.mktemp("data"))) as app:
        services = app.services
        path = short(JUGGLING, tmp_path_factory.mktemp("clips"))
        upload = ingest.Upload(path, NAMES[0])
        video = ingest.store(services, upload, _quietly).video
        answer = explain.explain(services, video, _quietly)
        say(services, video, LONG[1])
        with services.database.write() as session:
            listed = [add_video(session, f"{n} {NAMES[n % 3]}") for n in range(12)]
            for n, one in enumerate(listed):
                add_prediction(session, one, top=LONG[n % 4])
        for n, one in enumerate(listed[:8]):
            say(services, one, LONG[n % 4])
        yield Site(
            app.url,
            {
                "Look at a video": "/",
                NAMES[0]: f"/?video={video.id}",
                "Videos": "/videos",
                "Teach": "/teach",
                "Models": "/models",
                "Compare two versions": "/compare",
                "Other methods": f"/methods?video={video.id}&version={answer.prediction.version}",
                "Export and import": "/export",
                "Help": "/help",
            },
            video,
        )


def _quietly(*_: object) -> None:
    """Says nothing."""


def opened(page: Page, site: Site, name: str) -> None:
    """Opens one of the pages and waits until it has all that it shows."""
    page.goto(site.url + site.pages[name])
    page.get_by_role("heading", name=name, level=1).wait_for()
    page.wait_for_timeout(
        2000
    )  # there may be no quiet moment: a page asks for news again and again
