"""The list of videos: safe with any name, cards on a phone, and never an outdated answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from app.components.deleting import Deleting, Going
from app.components.gallery import Choice, Listed, Menus, Place, VideoRow, gallery
from app.components.queue import Queue
from app.words.verdicts import OF_STATE
from tests.browser.components.stage import LABELS, served

pytestmark = pytest.mark.browser

ATTACK = LABELS[-1]
JULY = datetime(2026, 7, 1, tzinfo=UTC)
CORRECTED = {"state": OF_STATE["corrected"]}
ROWS = (
    VideoRow(1, "b.mp4", 3.0, "archery", 0.62, "archery", "Ada", JULY, JULY, **CORRECTED),
    VideoRow(2, "C.mp4", 3.0, "high jump", 0.9),
    VideoRow(3, ATTACK, 3.0, ATTACK, 0.1, ATTACK, ATTACK, JULY, JULY, **CORRECTED),
    VideoRow(4, "a.mp4"),
)
SLOW = threading.Event()


def listed(rows: tuple[VideoRow, ...], query: str) -> Listed:
    search = query.partition("search=")[2]
    return Listed(
        rows=rows,
        place=Place(offset=0, total=len(rows), page=1, pages=1, everything=4),
        asked={"search": search, "show": "", "by": "", "sort": "newest", "page": 1},
        menus=Menus((Choice("unlabelled", "Not labelled", 2),), (Choice("newest", "Newest"),)),
    )


def load(query: Any, request: gr.Request) -> Listed:
    """What is searched for says how the server behaves."""
    del request
    if "none" in query:
        return listed((), query)
    if "slow" in query:
        assert SLOW.wait(20)
        return listed(ROWS[:1], query)
    return listed(ROWS[1:2] if "quick" in query else ROWS, query)


@pytest.fixture(scope="module")
def gallery_url() -> Iterator[str]:
    def build() -> gr.Blocks:
        with gr.Blocks() as blocks:
            gallery(
                load,
                lambda *_: Queue((), ()),
                Deleting(lambda number: Going(str(number), 0), lambda *_: ""),
            )
        return blocks

    with served(build) as url:
        yield url


def test_it_links_to_each_video(page: Page, gallery_url: str) -> None:
    page.goto(gallery_url)
    expect(page.get_by_role("link", name="C.mp4")).to_have_attribute(
        "href", f"{gallery_url}/?video=2"
    )
    expect(page.get_by_role("row", name="b.mp4")).to_contain_text("62\u00a0%")
    expect(page.get_by_text("4 videos, 2 to label")).to_be_visible()
    page.goto(f"{gallery_url}/?search=none")
    expect(page.get_by_text("There is no video yet.")).to_be_visible()
    expect(page.get_by_role("table")).to_be_hidden()


def test_names_are_text(page: Page, gallery_url: str) -> None:
    page.goto(gallery_url)
    page.evaluate("() => { window.hurt = () => { window.wasHurt = true; }; }")
    expect(page.get_by_role("link", name=ATTACK)).to_be_visible()
    assert page.locator(".sl-root :not(.sl-thumbnail) > img").count() == 0
    assert page.evaluate("window.wasHurt") is None


def test_an_answer_that_was_overtaken_is_not_shown(page: Page, gallery_url: str) -> None:
    SLOW.clear()
    page.goto(gallery_url)
    search = page.get_by_label("Search in names and labels")
    with page.expect_request(lambda request: "slow" in (request.post_data or "")):
        search.fill("slow")
    search.fill("quick")
    expect(page.get_by_role("row")).to_have_count(2)
    with page.expect_response(lambda response: "slow" in (response.request.post_data or "")):
        SLOW.set()
    page.wait_for_timeout(300)
    expect(page.get_by_role("link", name="C.mp4")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(search).to_have_value("quick")


def test_on_a_phone_rows_are_cards(page: Page, gallery_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(gallery_url)
    expect(page.get_by_role("link", name="b.mp4")).to_be_visible()
    expect(page.get_by_role("columnheader")).to_have_count(0)
    first = page.locator(".sl-videos tbody tr").first.bounding_box()
    assert first is not None
    assert first["width"] > 340
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
