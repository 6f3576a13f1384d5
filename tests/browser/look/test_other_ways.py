"""The other ways in: the camera, an example, and the keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FileChooser, Page, expect

from app.workflow.labels import correct
from app.workflow.videos import browse, ingest
from tests.browser.look.conftest import answered
from tests.browser.whole_app import WholeApp

pytestmark = pytest.mark.browser


def number_of(page: Page) -> int:
    """The video that the address names."""
    return int(page.url.rpartition("=")[2])


def test_a_recording_is_answered_like_any_other_video(page: Page, site: WholeApp) -> None:
    page.goto(site.url)
    page.get_by_role("tab", name="Record").click()
    page.get_by_role("button", name="Turn on the camera").click()
    page.get_by_label("Length").select_option("5 seconds")
    page.get_by_role("button", name="Record", exact=True).click()
    use = page.get_by_role("button", name="Use this recording")
    expect(use).to_be_visible(timeout=30_000)
    use.click()
    expect(page.locator("#correction").get_by_role("heading").first).to_be_visible(timeout=60_000)
    video = ingest.find(site.services, number_of(page))
    assert video.name.startswith("Recording of ")
    assert 3.0 < video.duration_s < 8.0
    shows = "document.querySelector('#viewer video')?.readyState >= 2"
    page.wait_for_function(shows, timeout=60_000)  # a video can be labelled before it is analysed
    video = ingest.find(site.services, video.id)
    assert video.proxy_uri is not None  # what a browser records has no duration of its own


def test_an_example_is_one_click_away(page: Page, site: WholeApp) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Example: Jumping jacks").click()
    expect(page).to_have_url(re.compile(r"\?video=\d+$"), timeout=30_000)
    assert ingest.find(site.services, number_of(page)).name == "Example: Jumping jacks"
    expect(page.locator("#correction").get_by_role("heading").first).to_be_visible(timeout=60_000)


def test_the_keyboard_alone_is_enough(page: Page, site: WholeApp, clip: Path) -> None:
    page.goto(site.url)
    page.get_by_role("heading", name="Look at a video").wait_for()
    expect(page.get_by_text("The model is warming up")).to_be_hidden()  # so the page listens
    choose(page, clip)
    answered(page)
    tab_to(page, "#viewer [role=radio], #viewer input[type=radio]")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    tab_to(page, "#correction button, #correction input")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("guitar playing")
    found = page.locator("#correction").get_by_role("option").first
    expect(found).to_have_text(re.compile("playing guitar"))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"Saved .* as #\d+")).first).to_be_visible()
    (event,) = correct.said(site.services, number_of(page)).current
    assert event.label == "playing guitar"
    page.keyboard.press("Control+z")
    expect(page.locator("#correction")).to_contain_text(f"took back #{event.id}")
    assert correct.said(site.services, number_of(page)).current == ()
    assert browse.videos(site.services, state="unlabelled").total >= 1


def choose(page: Page, file: Path) -> None:
    """Opens the file dialogue with Enter; Gradio may still be drawing when it is first pressed."""
    chosen: list[FileChooser] = []
    page.once("filechooser", lambda chooser: chosen.append(chooser))
    for _ in range(10):
        tab_to(page, "#upload input")
        page.keyboard.press("Enter")
        page.wait_for_timeout(1000)
        if chosen:
            chosen[0].set_files(file)
            return
    pytest.fail("Enter opens no file dialogue")


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until something of this kind has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement?.matches(wanted)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")
