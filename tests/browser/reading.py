"""Whether a page can be read as laid out: words in one piece, nothing that scrolls sideways."""

from __future__ import annotations

from playwright.sync_api import Page

WIDTHS = (320, 390, 720, 820, 1280, 1440)
LONGEST_WORD = 24  # letters; what is longer may have to be broken on a phone

BROKEN_WORDS = """(longest) => {
  const broken = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, around = node.parentElement;
    const seen = around.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!seen || around.closest('script, style, .sl-hidden, .sr-only, option')) continue;
    for (const { 0: word, index } of node.data.matchAll(/[\\p{L}\\p{N}]{2,}/gu)) {
      if (word.length > longest) continue;
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
      if (rects.some((rect) => rect.top - rects[0].top > rect.height / 2)) broken.push(word);
    }
  }
  return broken;
}"""
BEYOND = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
WIDEST = """() => [...document.querySelectorAll('body *')]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 5).map((node) => `${node.tagName} ${node.className}`)"""


def broken_words(page: Page) -> list[str]:
    """Words, at most `LONGEST_WORD` long, that stand in two lines."""
    words: list[str] = page.evaluate(BROKEN_WORDS, LONGEST_WORD)
    return words


def check_reading(page: Page) -> None:
    """At each width of `WIDTHS` no word is broken and nothing scrolls sideways."""
    faults = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(150)  # canvases and marks are drawn anew
        words, beyond = broken_words(page), page.evaluate(BEYOND)
        if words or beyond > 0:
            faults[width] = (words, beyond, page.evaluate(WIDEST) if beyond > 0 else [])
    assert faults == {}, page.url
