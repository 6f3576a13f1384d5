"""What holds on every page: its name, its headings, its words, its focus, what is read aloud."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.every_page.conftest import NAMES, Site, opened
from tests.browser.reading import broken_words, check_reading

pytestmark = pytest.mark.browser
PAGES = (
    "Look at a video", NAMES[0], "Videos", "Teach", "Models", "Compare two versions",
    "Other methods", "Export and import", "Help",
)  # fmt: skip
RAW_KEY = re.compile(r"\b[a-z]+\.[a-z_]+\b")
SPOKEN = """() => {
  window.spoken = [];
  new MutationObserver(() => {
    for (const node of document.querySelectorAll('[role=status], [role=alert], [aria-live]')) {
      if (node.textContent.trim()) window.spoken.push(node.textContent.trim());
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
}"""
HEADINGS = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
  .filter((node) => node.checkVisibility()).map((node) => Number(node.tagName[1]))"""
RING = """() => {
  const node = document.activeElement;
  const around = node.closest('label:has(> input)') ?? node;
  return [node, around].map((one) => getComputedStyle(one))
    .some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3);
}"""
FOCUSED = """() => {
  const { tagName, className, id, textContent } = document.activeElement;
  const place = [...document.querySelectorAll('*')].indexOf(document.activeElement);
  return `${tagName} ${id} ${className} ${textContent.slice(0, 30)} ${place}`;
}"""


# One opening for all that is checked: a page takes seconds to open.
@pytest.mark.parametrize("name", PAGES)
def test_a_page(page: Page, site: Site, name: str) -> None:
    opened(page, site, name)
    check_name(page, name)
    check_headings(page)
    check_focus(page)
    check_for_laymen(page)
    check_reading(page)


def check_name(page: Page, name: str) -> None:
    """One first heading, which is also in the title; so all titles differ."""
    assert page.get_by_role("heading", level=1).all_inner_texts() == [name]
    assert name in page.title()
    assert page.title().endswith("– Second Look")


def check_headings(page: Page) -> None:
    """None is skipped on the way down."""
    levels: list[int] = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


def check_focus(page: Page) -> None:
    """Whatever the Tab key reaches shows a ring of three pixels."""
    seen: set[str] = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        here = str(page.evaluate(FOCUSED))
        if here in seen or here.startswith("BODY"):
            break
        seen.add(here)
        assert page.evaluate(RING), here
    assert len(seen) > 4


def check_for_laymen(page: Page) -> None:
    """Nothing speaks to programmers."""
    words = re.compile("Settings|API|Gradio")
    assert page.get_by_role("button", name=words).count() == 0
    assert page.get_by_role("link", name=words).count() == 0


def test_a_broken_word_would_be_seen(page: Page) -> None:
    page.set_content("<p style='width: 5ch; overflow-wrap: anywhere'>springboard diving</p>")
    assert broken_words(page) == ["springboard"]
    page.set_content("<p style='width: 12ch; overflow-wrap: anywhere'>springboard diving</p>")
    assert broken_words(page) == []


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "ja-JP"])
def test_screen_readers_hear_no_raw_key(browser: Browser, site: Site, locale: str) -> None:
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.add_init_script(f"({SPOKEN})()")
    page.goto(site.url + site.pages[NAMES[0]])
    page.locator("#takeaway").get_by_role("button", name="Download").click()
    page.locator("#takeaway-csv").click()
    expect(page.locator("#takeaway-file")).to_be_visible()
    page.wait_for_timeout(6000)  # Gradio says its sentences five seconds apart
    spoken: list[str] = page.evaluate("window.spoken")
    assert spoken, "Gradio says nothing: the words given to it have no use any more"
    assert [text for text in spoken if RAW_KEY.fullmatch(text)] == []
    assert "common.complete" not in page.locator("body").aria_snapshot()
    context.close()
