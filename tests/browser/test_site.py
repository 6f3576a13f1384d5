"""The doors of the server as a browser sees them: the pages work, smuggled-in scripts do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page

from app.server.headers import SecurityHeaders
from app.settings import Settings
from tests.serving import Site, site

SMUGGLED = "<img src='x' onerror='document.title = \"stolen\"'>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(Settings(data_dir=tmp_path_factory.mktemp("data"))) as running:
        yield running


def open_page(page: Page, url: str) -> list[str]:
    """Opens the page and waits for Gradio; returns the list that violations will be added to."""
    violations: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            violations.append(message.text)

    page.on("console", note)
    page.goto(url)
    page.get_by_role("button", name="Measure").wait_for()
    return violations


def test_upload_and_call_work_under_the_policy(served: Site, page: Page, tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    video.write_bytes(bytes(123_456))
    violations = open_page(page, served.url)
    page.set_input_files("input[type=file]", video)
    page.get_by_text("video.mp4").wait_for()
    page.get_by_role("button", name="Measure").click()
    page.wait_for_function("document.querySelector('input[type=number]').value === '123456'")
    assert violations == []


def show_smuggled(page: Page) -> None:
    page.get_by_label("Word").fill(SMUGGLED)
    page.get_by_role("button", name="Show").click()
    page.locator("img[src=x]").wait_for(state="attached")
    page.wait_for_timeout(200)


def test_an_event_handler_in_a_text_does_nothing(served: Site, page: Page) -> None:
    violations = open_page(page, served.url)
    show_smuggled(page)
    assert page.title() == "Second Look"
    assert violations
    assert all("inline event handler" in violation for violation in violations)


def test_without_the_headers_it_would(settings: Settings, page: Page) -> None:
    with site(settings, leave_out=(SecurityHeaders,)) as running:
        open_page(page, running.url)
        show_smuggled(page)
        assert page.title() == "stolen"


def test_no_other_server_is_asked(served: Site, page: Page) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    open_page(page, served.url)
    page.wait_for_load_state("networkidle")
    foreign = {url for url in asked if not url.startswith((served.url, "data:", "blob:"))}
    assert foreign == set()
