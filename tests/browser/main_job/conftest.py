"""The whole app as `make run` serves it, over a data folder of its own."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.server.listen import server
from app.server.port import take_port
from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.services import Services
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from tests.working import working


@dataclass(frozen=True, slots=True)
class Site:
    """A running app."""

    url: str
    services: Services


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serves until the folder's tests are done."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), engine="torch", min_free_bytes=0, port=0
    )
    services = build(settings)
    services.models.warm_up()
    web = server(make_server(settings, services))
    taken = take_port(settings.host, 0)
    taken.listen()
    thread = threading.Thread(target=web.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    with working(services):
        yield Site(f"http://127.0.0.1:{taken.getsockname()[1]}", services)
    web.should_exit = True
    thread.join(20)
    taken.close()


@pytest.fixture(scope="package")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video that the embedded default is sure about."""
    path = tmp_path_factory.mktemp("clips") / "juggling in the park.mp4"
    render(scenes()[0], path)
    return path


def upload(page: Page, site: Site, file: Path) -> None:
    """Brings a file as a person would, and waits for the answer."""
    page.goto(site.url)
    page.locator("#upload input[type=file]").set_input_files(file)
    answered(page)


def answered(page: Page) -> None:
    """Waits until the answer is there and asks to be corrected, whether it is sure or not."""
    question = page.get_by_text(re.compile(r"Is that right\?|What does the video show\?"))
    expect(question).to_be_visible(timeout=60_000)
    # A video that waits asks the same question.
    expect(page.get_by_role("region", name="What the model thinks")).to_be_visible(timeout=60_000)
