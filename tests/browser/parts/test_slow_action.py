"""A new button with progress, Stop and a sentence for every end costs a page a few lines."""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from app.pages.parts.slow_action import slow_action
from app.workflow.errors import AppError
from model.inference.prediction import OnProgress
from tests.browser.components.stage import served

pytestmark = pytest.mark.browser

MOST_LINES = 8
SLOW_MS = 60_000


@dataclass
class Counting:
    """A use case that goes on until the test lets it end."""

    end: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None
    is_over: bool = True

    def begin(self, error: Exception | None = None) -> None:
        """Before the button is pressed."""
        self.end.clear()
        self.error = error

    def __call__(self, request: gr.Request, most: float, on_progress: OnProgress) -> int:
        del request
        self.is_over = False
        try:
            while not self.end.is_set():
                on_progress("looking", 0.5)
                time.sleep(0.05)
        finally:
            self.is_over = True
        if self.error is not None:
            raise self.error
        return int(most)


def add_button(counting: Counting) -> None:
    most = gr.Number(7, label="Count to")
    counted = gr.Textbox(label="Counted")
    action = slow_action("Count", "count")
    action.runs(counting, lambda number: {counted: f"{number} things"}, [most], [counted])


@pytest.fixture(scope="module")
def counting() -> Counting:
    return Counting()


@pytest.fixture(scope="module")
def url(counting: Counting) -> Iterator[str]:
    def build() -> gr.Blocks:
        with gr.Blocks() as blocks:
            add_button(counting)
        return blocks

    with served(build) as address:
        yield address


@pytest.fixture
def page(page: Page, url: str) -> Iterator[Page]:
    """The page with the button; the machine may be busy."""
    expect.set_options(timeout=SLOW_MS)
    page.set_default_timeout(SLOW_MS)
    page.goto(url)
    yield page
    expect.set_options(timeout=5_000)  # Playwright's own


def press(page: Page) -> None:
    """Presses the button, and sees that the work is under way."""
    page.get_by_role("button", name="Count", exact=True).click()
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "65")  # half of looking
    expect(page.get_by_text("The model is looking at the video.").first).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_enabled()
    expect(page.get_by_role("button", name="Count", exact=True)).to_be_hidden()


def at_rest(page: Page) -> None:
    """Nothing is under way, and the button may be pressed again."""
    expect(page.get_by_role("button", name="Count", exact=True)).to_be_enabled()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.get_by_role("progressbar")).to_be_hidden()


def test_it_costs_a_page_at_most_eight_lines() -> None:
    signature, *body = inspect.getsource(add_button).strip().splitlines()
    assert signature.startswith("def ")
    assert 0 < len(body) <= MOST_LINES


def test_success(page: Page, counting: Counting) -> None:
    counting.begin()
    press(page)
    counting.end.set()
    expect(page.get_by_label("Counted")).to_have_value("7 things")
    at_rest(page)


def test_stop_ends_the_work_and_is_no_error(page: Page, counting: Counting) -> None:
    counting.begin()
    press(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("status").filter(has_text="Stopped.")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    at_rest(page)
    assert counting.is_over
    assert not counting.end.is_set()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (AppError("There is nothing to count. Bring a video."), "nothing to count"),
        (ZeroDivisionError("a fault of ours"), "Something went wrong in the program itself"),
    ],
)
def test_a_failure_is_said_and_may_be_tried_again(
    page: Page, counting: Counting, error: Exception, said: str
) -> None:
    counting.begin(error)
    press(page)
    counting.end.set()
    expect(page.get_by_role("alert")).to_contain_text(said)
    at_rest(page)
    counting.begin()
    press(page)
    counting.end.set()
    expect(page.get_by_label("Counted")).to_have_value("7 things")
    expect(page.get_by_role("alert")).to_have_count(0)
