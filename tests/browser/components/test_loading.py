"""Modules in a real browser: fetched once, mounted in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr
import pytest
from playwright.sync_api import Page, Route

from app.components.heading import heading
from app.components.progress import progress, progress_value
from app.components.viewer import unanswered_value, viewer
from tests.browser.components.stage import served

pytestmark = pytest.mark.browser


def value(name: str) -> dict[str, object]:
    return unanswered_value(
        video_id=1, name=name, src="/no.mp4", duration_s=2.0, fps=25, size=(32, 24), playable=False
    )


def stage(share: float, sentence: str) -> dict[str, object]:
    return progress_value("looking", share, elapsed_s=1.0, sentence=sentence)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    def build() -> gr.Blocks:
        with gr.Blocks() as blocks:
            heading("Look", is_video=True)
            viewer(value("one.mp4"))
            first = progress(stage(0.1, "First."), elem_id="first")
            progress(stage(0.2, "Second."), elem_id="second")
            said = gr.Textbox(label="Said")
            later = gr.Button("later")
            later.click(lambda: (stage(0.9, "Third."), "sent"), outputs=[first, said])
        return blocks

    with served(build) as address:
        yield address


def test_a_module_is_fetched_once_and_mounted_for_each_component(page: Page, url: str) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(url)
    page.locator("#first").get_by_text("First.").first.wait_for()
    page.locator("#second").get_by_text("Second.").first.wait_for()
    ours = [address for address in fetched if "/scripts/" in address]
    assert sum(address.endswith("/progress/progress.js") for address in ours) == 1
    assert len(ours) == len(set(ours))
    page.get_by_role("button", name="later").click()
    page.locator("#first").get_by_text("Third.").first.wait_for()
    page.locator("#second").get_by_text("Second.").first.wait_for()


@pytest.mark.parametrize("late", ["heading/heading.js", "viewer/viewer.js"])
def test_the_heading_names_the_video_whoever_comes_first(page: Page, url: str, late: str) -> None:
    held: list[Route] = []
    page.route(f"**/{late}", lambda route: held.append(route))
    page.goto(url)
    page.locator("#first").get_by_text("First.").first.wait_for()
    assert page.locator("h1", has_text="one.mp4").count() == 0
    held[0].continue_()
    page.locator("h1", has_text="one.mp4").wait_for()


def test_what_came_before_the_module_is_shown(page: Page, url: str) -> None:
    held: list[Route] = []
    page.route("**/progress/progress.js", lambda route: held.append(route))
    page.goto(url)
    page.locator("h1", has_text="one.mp4").wait_for()
    page.get_by_role("button", name="later").click()
    page.wait_for_function("document.querySelector('textarea').value === 'sent'")
    held[0].continue_()
    page.locator("#first").get_by_text("Third.").first.wait_for()
