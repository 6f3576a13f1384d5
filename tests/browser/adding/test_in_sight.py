"""What is under way is in sight wherever it was asked for, and so is every way to add a video."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.adding.conftest import Clips
from tests.browser.adding.test_following import ANSWERED, bring
from tests.browser.whole_app import WholeApp
from tests.working import working

pytestmark = pytest.mark.browser

SLOW_MS = 180_000
SIZES = [(1280, 720), (390, 844)]
NOT_STICKY = "#under-way { position: static !important; }"
IN_SIGHT = """() => ['#under-way [role=progressbar]', '#cancel'].map((name) => {
  const box = document.querySelector(name).getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
})"""
# What stands in the middle of a tab, and whether its words fit in it.
WAYS = """(tabs) => tabs.map((tab) => {
  const box = tab.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const fits = box.left >= 0 && box.right <= innerWidth && tab.scrollWidth <= tab.clientWidth;
  return [tab.textContent.trim(), tab.contains(there) && fits];
})"""


def test_progress_and_stop_are_in_sight_of_the_button_that_was_pressed(
    page: Page, site: WholeApp, clips: Clips
) -> None:
    bring(page, site, clips(1)[0])
    with working(site.services):
        expect(page.locator(ANSWERED)).to_be_visible(timeout=SLOW_MS)
        expect(page.locator("#progress section")).to_be_hidden()
    finer = page.locator("#finer")  # nobody works now, so what it asks for stays under way
    expect(finer).to_be_enabled()
    finer.click()
    expect(page.locator("#cancel")).to_be_visible()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        finer.evaluate("button => button.scrollIntoView({ block: 'center' })")
        assert (
            page.evaluate("document.querySelector('#heading').getBoundingClientRect().bottom") < 0
        )
        assert page.evaluate(IN_SIGHT) == [True, True]
    off = page.add_style_tag(content=NOT_STICKY)
    assert page.evaluate(IN_SIGHT) == [False, False]  # so the test notices
    off.evaluate("style => style.remove()")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("status").filter(has_text="Stopped.")).to_be_visible()


def test_a_phone_shows_every_way_to_add_a_video(page: Page, site: WholeApp) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site.url)
    tabs = page.locator("#bring").get_by_role("tab")
    expect(tabs.filter(has_text="Upload")).to_be_visible()
    ways = [[name, True] for name in ("Upload", "Record")]
    assert tabs.evaluate_all(WAYS) == ways
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in ("Record", "Upload"):
        tabs.filter(has_text=name).click()
        expect(tabs.filter(has_text=name)).to_have_attribute("aria-selected", "true")
    page.set_viewport_size({"width": 240, "height": 844})  # too narrow for one line: they wrap
    assert tabs.evaluate_all(WAYS) == ways
