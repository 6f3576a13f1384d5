"""Picture, curves, answer and labels are seen together; on a phone one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.look.conftest import answered, upload
from tests.browser.whole_app import WholeApp

pytestmark = pytest.mark.browser

SEEN = {
    "picture": ".sl-stage",
    "strips": ".sl-row-strip",
    "curve": ".sl-row-curve",
    "answer": ".sl-headline",
    "first guess": ".sl-guess:first-child",
    "fifth guess": ".sl-guess:last-child",
    "search": ".sl-search",
    "save": ".sl-save",
}
OUTSIDE = """(places) => Object.entries(places).filter(([, place]) => {
  const box = document.querySelector(place).getBoundingClientRect();
  return box.height === 0 || box.top < 0 || box.left < 0
    || box.bottom > innerHeight || box.right > innerWidth;
}).map(([name]) => name)"""
ORDER = """(places) => Object.entries(places)
  .map(([name, place]) => [name, document.querySelector(place).getBoundingClientRect().top])
  .sort((a, b) => a[1] - b[1]).map(([name]) => name)"""
STACKED = "#workbench { display: block !important; }"


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900)])
def test_all_that_labelling_needs_is_on_the_first_screen(
    page: Page, site: WholeApp, clip: Path, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    upload(page, site, clip)
    answered(page)
    assert page.evaluate(OUTSIDE, SEEN) == []
    assert page.evaluate("scrollY") == 0
    page.add_style_tag(content=STACKED)
    assert "save" in page.evaluate(OUTSIDE, SEEN)  # so the test notices


def test_a_phone_shows_picture_answer_labels_and_then_the_curves(
    page: Page, site: WholeApp, clip: Path
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    upload(page, site, clip)
    answered(page)
    assert page.evaluate(ORDER, SEEN) == [
        "picture",
        "answer",
        "first guess",
        "fifth guess",
        "search",
        "save",
        "strips",
        "curve",
    ]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_one_click_on_a_guess_chooses_it_and_shows_its_evidence(
    page: Page, site: WholeApp, clip: Path
) -> None:
    upload(page, site, clip)
    answered(page)
    second = page.locator(".sl-guess").nth(1)
    second.click()
    assert second.get_attribute("aria-pressed") == "true"
    label = second.locator("span").nth(1).inner_text()
    chosen = page.get_by_role("radio", name=label, exact=True)
    assert chosen.get_attribute("aria-checked") == "true"
    assert page.get_by_role("button", name=f"Save: {label}").is_visible()
