"""Labelling one video after the other: from a list, by keyboard, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.workflow.videos import browse, ingest
from tests.browser.whole_app import WholeApp, whole_app
from tests.conftest import DataAt
from tests.model.video.making import write_video

pytestmark = pytest.mark.browser
NAMES = ("first.mp4", "second.mp4", "third.mp4")


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[WholeApp]:
    """Three videos that nothing has looked at; all labels are given here."""
    folder = tmp_path_factory.mktemp("clips")
    with whole_app(data_at(tmp_path_factory.mktemp("data")), quick=True) as running:
        for place, name in enumerate(NAMES):
            write_video(folder / name, frames=8 + place)
            ingest.store(running.services, ingest.Upload(folder / name, name), lambda *_: None)
        yield running


def begin(
    page: Page, app: WholeApp, query: str = "?show=unlabelled&sort=oldest", of: int = len(NAMES)
) -> None:
    page.goto(f"{app.url}/videos{query}")
    page.get_by_role("button", name=re.compile("^Label these|^Label this one")).click()
    at(page, 1, of)


def at(page: Page, place: int, of: int = len(NAMES)) -> None:
    """Waits for the video of that place, whose panel is ready."""
    expect(page.locator("#queue .sl-queue-place")).to_have_text(f"{place} of {of}", timeout=30_000)
    expect(page.get_by_role("region", name="Your answer")).to_be_visible()


def label(page: Page, words: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")


def labels(app: WholeApp) -> list[str | None]:
    rows = browse.videos(app.services, order="oldest").rows
    return [row.decision.label if row.decision else None for row in rows]


def test_every_save_leads_to_the_next_video(page: Page, app: WholeApp) -> None:
    begin(page, app)
    label(page, "archery")
    at(page, 2)
    expect(page.locator(".sl-correction .sl-status")).to_have_text("The label before is saved.")
    label(page, "bowling")
    at(page, 3)
    label(page, "yoga")
    expect(page.locator("#queue")).to_contain_text("3 of 3. That was the last one.")
    assert labels(app) == ["archery", "bowling", "yoga"]
    page.get_by_role("link", name="List", exact=True).click()
    page.wait_for_url("**/videos?show=unlabelled&sort=oldest")
    expect(page.get_by_text("No videos match.")).to_be_visible(timeout=20_000)


def test_a_label_is_taken_back_from_the_next_video(page: Page, app: WholeApp) -> None:
    begin(page, app)
    label(page, "archery")
    at(page, 2)
    page.keyboard.press("Control+z")
    at(page, 1)
    assert labels(app) == [None, None, None]
    label(page, "bowling")
    at(page, 2)
    assert labels(app) == ["bowling", None, None]


def test_keys_go_on_and_back_without_a_label(page: Page, app: WholeApp) -> None:
    begin(page, app)
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.keyboard.press("n")
    at(page, 2)
    page.keyboard.press("s")
    at(page, 3)
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.keyboard.press("p")
    at(page, 2)
    page.go_back()
    at(page, 3)
    page.reload()
    at(page, 3)
    assert labels(app) == [None, None, None]


def test_a_video_outside_the_queue_has_no_bar(page: Page, app: WholeApp) -> None:
    begin(page, app, "?search=first", of=1)
    page.goto(f"{app.url}/?video=2")
    expect(page.get_by_role("region", name="Your answer")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("navigation", name="Queue")).to_be_hidden()
