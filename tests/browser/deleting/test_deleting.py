"""Deleting a video: asked first, by keyboard too, and told afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.workflow.answers import explain
from app.workflow.videos import browse, ingest
from storage.records.videos import VideoRecord
from tests.app.workflow.lessons import JUGGLING, say, short
from tests.browser.whole_app import WholeApp, whole_app
from tests.conftest import DataAt
from tests.storage.rows import add_prediction, add_video

pytestmark = pytest.mark.browser
MANY = 6


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[WholeApp]:
    with whole_app(data_at(tmp_path_factory.mktemp("data")), quick=True) as running:
        with running.services.database.write() as session:
            for number in range(1, MANY + 1):
                add_prediction(session, add_video(session, f"clip {number}.mp4"))
        yield running


def opened(page: Page, app: WholeApp) -> None:
    page.goto(f"{app.url}/videos")
    expect(page.locator("#videos .sl-filters")).to_be_visible(timeout=20_000)


def stored(app: WholeApp) -> list[str]:
    return [row.name for row in browse.videos(app.services).rows]


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Delete {name}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=f"Delete “{name}”?")).to_be_visible()


def test_the_question_says_what_goes_and_can_be_left(page: Page, app: WholeApp) -> None:
    video = browse.videos(app.services).rows[0]
    say(app.services, ingest.find(app.services, video.id), "archery")
    opened(page, app)
    button(page, "clip 6.mp4")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(
        "what models answered and its label are deleted for ever", timeout=20_000
    )
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Delete clip 6.mp4")).to_be_focused()
    button(page, "clip 6.mp4")
    page.keyboard.press("Enter")  # keeps it: the safe answer has the focus
    expect(dialog).to_be_hidden()
    assert "clip 6.mp4" in stored(app)


def test_a_video_is_deleted_by_keyboard(page: Page, app: WholeApp) -> None:
    opened(page, app)
    button(page, "clip 5.mp4")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Delete for ever")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Deleted “clip 5.mp4”.")).to_be_visible()
    expect(page.get_by_role("link", name="clip 5.mp4")).to_have_count(0)
    expect(page.get_by_role("link", name="clip 4.mp4")).to_be_focused()
    expect(page.get_by_text(re.compile(f"^{MANY - 1} videos"))).to_be_visible()
    assert "clip 5.mp4" not in stored(app)


def test_what_somebody_else_deleted_is_told(page: Page, app: WholeApp) -> None:
    opened(page, app)
    other = page.context.new_page()
    opened(other, app)
    for tab in (other, page):
        button(tab, "clip 3.mp4")
        tab.get_by_role("button", name="Delete for ever").click()
        if tab is other:
            expect(tab.get_by_text("Deleted “clip 3.mp4”.")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="was deleted")).to_be_visible()
    other.close()


def test_a_server_that_does_not_answer_is_told(page: Page, app: WholeApp) -> None:
    opened(page, app)
    page.route("**/component_server**", lambda route: route.abort())
    button(page, "clip 2.mp4")
    page.get_by_role("button", name="Delete for ever").click()
    expect(page.get_by_role("alert").filter(has_text="did not answer")).to_be_visible()
    page.unroute_all()
    assert "clip 2.mp4" in stored(app)


@pytest.fixture
def answered(app: WholeApp, tmp_path_factory: pytest.TempPathFactory) -> VideoRecord:
    path = short(JUGGLING, tmp_path_factory.mktemp("clips"))
    upload = ingest.Upload(path, "answered.mp4")
    video = ingest.store(app.services, upload, lambda *_: None).video
    explain.explain(app.services, video, lambda *_: None)
    return video


def test_from_its_own_page_one_comes_to_the_list(
    page: Page, app: WholeApp, answered: VideoRecord
) -> None:
    page.goto(f"{app.url}/?video={answered.id}")
    page.get_by_role("button", name="Delete this video").click()
    page.get_by_role("button", name="Delete for ever").click()
    page.wait_for_url(re.compile("/videos$"))
    expect(page.get_by_text("Deleted “answered.mp4”.")).to_be_visible(timeout=20_000)
    page.reload()
    expect(page.locator("#videos .sl-filters")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Deleted “answered.mp4”.")).to_be_hidden()
    assert not app.services.media.exists(answered.uri)
    page.goto(f"{app.url}/?video={answered.id}")
    expect(page.get_by_text(re.compile("deleted|not here"))).to_be_visible(timeout=20_000)
