"""The whole app as `make run` serves it, over a data folder of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from tests.browser.whole_app import WholeApp, whole_app
from tests.conftest import DataAt
from tests.working import working


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[WholeApp]:
    """With its model loaded and a worker."""
    with whole_app(data_at(tmp_path_factory.mktemp("data"))) as app, working(app.services):
        app.services.models.warm_up()
        yield app


@pytest.fixture(scope="package")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video that the embedded default is sure about."""
    path = tmp_path_factory.mktemp("clips") / "juggling in the park.mp4"
    render(scenes()[0], path)
    return path


def upload(page: Page, site: WholeApp, file: Path) -> None:
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
