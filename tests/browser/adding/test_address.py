"""Address, picture and panel are about the same video at every moment, also on Back and Forward."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.adding.conftest import Clips
from tests.browser.whole_app import WholeApp

pytestmark = pytest.mark.browser

# Notes each moment at which a video can be seen that is not the address's.
WATCH = """() => {
  window.differences = [];
  setInterval(() => {
    const asked = new URLSearchParams(location.search).get('video');
    const player = document.querySelector('video.sl-video');
    if (!player?.checkVisibility({visibilityProperty: true}) || !player.src) return;
    const shown = new URL(player.src).pathname.split('/')[2];
    if (shown !== asked) window.differences.push(`${shown} at ${location.search}`);
  }, 5);
}"""


def shows(page: Page, number: int, name: str) -> None:
    expect(page).to_have_url(re.compile(rf"\?video={number}$"))
    expect(page.get_by_label(f"Video {name}")).to_be_visible()
    expect(page.locator(f"video[src*='/media/{number}/play']")).to_be_visible()


def test_back_and_forward_lead_from_video_to_video(
    page: Page, site: WholeApp, clips: Clips
) -> None:
    files = clips(2)
    page.goto(site.url)
    page.evaluate(WATCH)
    numbers = []
    for file in files:
        page.locator("#upload input[type=file]").set_input_files(file)
        expect(page.get_by_label(f"Video {file.name}")).to_be_visible(timeout=60_000)
        numbers.append(int(page.url.rpartition("=")[2]))
    first, second = numbers
    shows(page, second, files[1].name)
    page.go_back()
    shows(page, first, files[0].name)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.get_by_text("The answer appears here.")).to_be_visible()
    expect(page.get_by_role("region", name="Your answer")).to_be_hidden()
    page.go_forward()
    shows(page, first, files[0].name)
    page.go_forward()
    shows(page, second, files[1].name)
    assert page.evaluate("window.differences") == []
    page.reload()
    shows(page, second, files[1].name)
