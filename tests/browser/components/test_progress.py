"""The progress display: a bar, a clock that runs by itself, and few words for screen readers."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from app.components.progress import progress, progress_value
from tests.browser.components.stage import served

pytestmark = pytest.mark.browser

STATES = {
    "one": progress_value("decoding", 0.5, elapsed_s=1.0, remaining_s=20.0),
    "two": progress_value("decoding", 0.8, elapsed_s=2.0, remaining_s=None),
    "three": progress_value("looking", 0.5, elapsed_s=3.0, remaining_s=300.0),
    "done": progress_value("explaining", 1.0, elapsed_s=4.0, sentence="Ready.", done=True),
    "error": progress_value("looking", 0.5, elapsed_s=3.0, error="<b>This is no video.</b>"),
    "copying": progress_value("copying", 0.4, elapsed_s=3.0),
    "none": None,
}


@pytest.fixture(scope="module")
def progress_url() -> Iterator[str]:
    def build() -> gr.Blocks:
        with gr.Blocks() as blocks:
            display = progress()
            for name, value in STATES.items():
                gr.Button(name).click(
                    lambda value=value: value, outputs=display, show_progress="hidden"
                )
        return blocks

    with served(build) as url:
        yield url


def test_the_bar_the_times_and_the_words(page: Page, progress_url: str) -> None:
    page.goto(progress_url)
    bar = page.get_by_role("progressbar")
    expect(bar).to_be_hidden()
    page.get_by_role("button", name="one", exact=True).click()
    expect(bar).to_have_attribute("aria-valuenow", "25")  # storing 10, half of decoding's 30
    expect(page.locator("[aria-current=step]")).to_have_text("Decoding")
    expect(page.get_by_text("so far, about")).to_contain_text("s left")
    expect(page.get_by_text("so far")).not_to_contain_text("1 s so far")  # the clock runs here
    page.get_by_role("button", name="three", exact=True).click()
    expect(bar).to_have_attribute("aria-valuenow", "65")
    expect(page.get_by_text("about 5 min left")).to_be_visible()
    page.get_by_role("button", name="done", exact=True).click()
    expect(bar).to_have_attribute("aria-valuenow", "100")
    expect(page.locator("[aria-current=step]")).to_have_count(0)
    page.get_by_role("button", name="copying", exact=True).click()
    expect(bar).to_have_attribute("aria-valuenow", "40")
    expect(page.locator("[aria-current=step]")).to_have_text("Copying")
    page.get_by_role("button", name="error", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("<b>This is no video.</b>")
    expect(bar).to_be_hidden()
    page.get_by_role("button", name="none", exact=True).click()
    expect(page.get_by_role("alert")).to_be_hidden()


def test_each_stage_is_spoken_once(page: Page, progress_url: str) -> None:
    page.goto(progress_url)
    page.wait_for_selector("#progress [aria-live=polite]", state="attached")
    page.evaluate(
        """() => { window.spoken = [];
             const place = document.querySelector('#progress [aria-live=polite]');
             new MutationObserver(() => spoken.push(place.textContent))
               .observe(place, {childList: true}); }"""
    )
    for name, share in (("one", "25"), ("two", "34"), ("three", "65")):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", share)
    assert page.evaluate("spoken") == [
        "Reading the pictures of the video.",
        "The model is looking at the video.",
    ]


def test_nothing_moves_for_those_who_asked(page: Page, progress_url: str) -> None:
    moves = """() => {
      const style = (name) => getComputedStyle(document.querySelector(name));
      const mark = getComputedStyle(document.querySelector('[aria-current]'), '::before');
      return [mark.animationName, style('.sl-progress-fill').transitionDuration]; }"""
    page.goto(progress_url)
    page.get_by_role("button", name="one", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert page.evaluate(moves) == ["sl-pulse", "0.25s"]
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moves) == ["none", "0s"]
