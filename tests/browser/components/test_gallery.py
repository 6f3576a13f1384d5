"""The table of videos: sorted by its headers, safe with any name, cards on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from app.components.gallery import VideoRow, gallery, gallery_value
from tests.browser.components.stage import LABELS, served

pytestmark = pytest.mark.browser

ATTACK = LABELS[-1]
ROWS = (
    VideoRow(
        1, "b.mp4", "archery", 0.62, "archery", "Ada", datetime(2026, 7, 2, tzinfo=UTC), "checked"
    ),
    VideoRow(2, "C.mp4", "high jump", 0.9, None, "", None, "new"),
    VideoRow(3, ATTACK, ATTACK, 0.1, ATTACK, ATTACK, datetime(2026, 7, 1, tzinfo=UTC), "checked"),
    VideoRow(4, "a.mp4", None, None, None, "", None, "failed"),
)


@pytest.fixture(scope="module")
def gallery_url() -> Iterator[str]:
    evil = gallery_value(ROWS[:1])
    evil["rows"][0]["link"] = "javascript:window.wasHurt=true"

    def build() -> gr.Blocks:
        with gr.Blocks() as blocks:
            table = gallery(gallery_value(ROWS))
            gr.Button("nothing").click(lambda: gallery_value(()), outputs=table)
            gr.Button("evil").click(lambda: evil, outputs=table)
        return blocks

    with served(build) as url:
        yield url


def order(page: Page) -> list[str]:
    names: list[str] = page.locator(".sl-videos tbody th").all_inner_texts()
    return [name.strip() for name in names]


def test_it_links_to_each_video(page: Page, gallery_url: str) -> None:
    page.goto(gallery_url)
    expect(page.get_by_role("link", name="C.mp4")).to_have_attribute(
        "href", f"{gallery_url}/?video=2"
    )
    expect(page.get_by_role("row", name="b.mp4")).to_contain_text("62\u00a0%")
    page.get_by_role("button", name="nothing").click()
    expect(page.get_by_text("There is no video yet.")).to_be_visible()
    expect(page.get_by_role("table")).to_be_hidden()


def test_headers_sort_both_ways_and_what_is_missing_comes_last(
    page: Page, gallery_url: str
) -> None:
    page.goto(gallery_url)
    expect(page.get_by_role("row")).to_have_count(5)
    assert order(page) == ["b.mp4", "C.mp4", ATTACK, "a.mp4"]
    page.get_by_role("button", name="Video").click()
    assert order(page) == [ATTACK, "a.mp4", "b.mp4", "C.mp4"]
    says = page.get_by_role("button", name="The model says")
    says.focus()
    page.keyboard.press("Enter")
    assert order(page) == [ATTACK, "b.mp4", "C.mp4", "a.mp4"]
    page.keyboard.press("Enter")
    assert order(page) == ["C.mp4", "b.mp4", ATTACK, "a.mp4"]
    header = page.get_by_role("columnheader", name="The model says")
    expect(header).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("columnheader", name="Video")).to_have_attribute("aria-sort", "none")


def test_names_are_text_and_links_stay_links(page: Page, gallery_url: str) -> None:
    page.goto(gallery_url)
    page.evaluate("() => { window.hurt = () => { window.wasHurt = true; }; }")
    expect(page.get_by_role("link", name=ATTACK)).to_be_visible()
    assert page.locator(".sl-root img").count() == 0
    page.get_by_role("button", name="evil").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("link", name="b.mp4")).to_have_count(0)
    assert page.evaluate("window.wasHurt") is None


def test_on_a_phone_rows_are_cards_that_can_be_sorted(page: Page, gallery_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(gallery_url)
    page.get_by_label("Sort").select_option("The model says, downwards")
    assert order(page) == ["C.mp4", "b.mp4", ATTACK, "a.mp4"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("Sort").select_option("as listed")
    assert order(page) == ["b.mp4", "C.mp4", ATTACK, "a.mp4"]
