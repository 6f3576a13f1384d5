"""Checking a picture and comparing methods, in a real browser; one test builds on the other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.workflow.faithfulness import freeze_check, other_methods
from tests.browser.freeze_check.conftest import Running

pytestmark = pytest.mark.browser
SLOW_MS = 90_000
CHECK = "Test this explanation"
ASK = "Run the other methods"


def ready(page: Page) -> None:
    page.wait_for_function("document.querySelector('video.sl-video')?.readyState >= 2")


def first_page(page: Page, running: Running, more: str = "") -> None:
    page.goto(f"{running.url}/?video={running.answer.video.id}{more}")
    expect(page.get_by_role("region", name="Check of the picture")).to_be_visible(timeout=SLOW_MS)


def test_without_a_video_there_is_nothing_to_check(page: Page, running: Running) -> None:
    page.goto(running.url)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    expect(page.get_by_role("button", name=CHECK)).to_be_hidden()
    expect(page.get_by_role("region", name="Check of the picture")).to_be_hidden()


def test_a_check_can_be_stopped_and_then_made(page: Page, running: Running) -> None:
    first_page(page, running)
    page.get_by_role("button", name=CHECK).click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("status").get_by_text("Stopped.")).to_be_visible(timeout=SLOW_MS)
    assert freeze_check.kept(running.services, running.answer) is None

    page.get_by_role("button", name=CHECK).click()
    panel = page.get_by_role("region", name="Check of the picture")
    said = panel.get_by_text(re.compile("With the moments that matter most frozen"))
    expect(said).to_be_visible(timeout=SLOW_MS)
    found = freeze_check.kept(running.services, running.answer)
    assert found is not None
    expect(said).to_contain_text(
        "matter more than others" if found.check.passed else "do not rely on the curve"
    )
    expect(page.get_by_role("button", name=CHECK)).to_be_hidden()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()


def test_it_is_there_on_reload_with_bars_in_words_too(page: Page, running: Running) -> None:
    found = freeze_check.kept(running.services, running.answer)
    assert found is not None, "the test before has made it"
    first_page(page, running)
    panel = page.get_by_role("region", name="Check of the picture")
    words = re.compile(r"frozen: .* \d+\s% before, (under )?\d+\s% after")
    expect(panel.get_by_role("img", name=words)).to_have_count(2)
    expect(panel.get_by_text(re.compile("^Frozen as the moments that matter: "))).to_be_visible()
    for bar, share in zip(
        panel.locator(".sl-check-after").all(), (found.check.after, found.check.others), strict=True
    ):
        width = bar.evaluate("node => parseFloat(node.style.width)")
        assert width == pytest.approx(100 * share, abs=1e-4)  # Chromium keeps six digits
    expect(page.get_by_role("button", name=CHECK)).to_be_hidden()


def test_from_there_to_the_other_methods(page: Page, running: Running) -> None:
    first_page(page, running)
    page.get_by_role("link", name="Compare with other methods").click()
    page.wait_for_url(running.methods)
    expect(page.get_by_text("have not been asked about this answer")).to_be_visible()
    page.get_by_role("button", name=ASK).click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("status").get_by_text("Stopped.")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name=ASK).click()
    table = page.get_by_role("table").first
    expect(table.get_by_role("row")).to_have_count(11, timeout=SLOW_MS)
    expect(page.locator(".sl-way-row")).to_have_count(10)
    expect(page.get_by_role("button", name=ASK)).to_be_hidden()
    version = running.answer.prediction.version
    kept = other_methods.find(running.services, running.answer.video.id, version=version)
    assert len(kept.methods) == 10


def test_what_each_can_say_and_one_play_head(page: Page, running: Running) -> None:
    page.goto(running.methods)
    ready(page)
    table = page.get_by_role("table").first
    ours = table.get_by_role("row", name="Ours, last stage")
    assert ours.get_by_role("cell").all_inner_texts()[2:6] == ["yes", "yes", "yes", "no"]
    layer = table.get_by_role("row", name="LayerCAM, stage before")
    assert layer.get_by_role("cell").all_inner_texts()[2:6] == ["no", "yes", "no", "yes"]
    track = page.get_by_role("slider", name="Time in the video")
    head, rows = page.locator(".sl-head").bounding_box(), page.locator(".sl-rows").bounding_box()
    assert head is not None
    assert rows is not None
    assert head["y"] <= rows["y"]
    assert head["y"] + head["height"] >= rows["y"] + rows["height"]
    track.focus()
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    spoken = track.get_attribute("aria-valuetext") or ""
    assert re.search(r"0\.1 s, Ours, last stage [+−]\d.*LayerCAM, stage before \d+\s%", spoken)
    page.get_by_text("The curves as a table").click()
    expect(page.get_by_role("table")).to_have_count(2)


def test_another_class_has_curves_of_its_own(page: Page, running: Running) -> None:
    page.goto(running.methods)
    ready(page)
    curves = (
        "[...document.querySelectorAll('.sl-way-row path.sl-line')].map(p => p.getAttribute('d'))"
    )
    before = page.evaluate(curves)
    other = running.answer.prediction.top[1].label
    page.get_by_label("What speaks for").select_option("1")
    expect(page.get_by_role("table").first).to_contain_text(f"says about {other}")
    after = page.evaluate(curves)
    assert len(before) == 10
    assert all(one != two for one, two in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "does not say which video and which version"),
        ("?video=77&version={version}", "There is no video number 77 here."),
        ("?video={video}&version=000000000000", "a version of the model that is not here"),
        ("?video=9999999999999999999&version={version}", "does not say which video"),
    ],
)
def test_a_link_that_leads_nowhere_says_so(
    page: Page, running: Running, query: str, sentence: str
) -> None:
    answer = running.answer
    address = query.format(video=answer.video.id, version=answer.prediction.version)
    page.goto(f"{running.url}/methods{address}")
    expect(page.get_by_role("alert")).to_contain_text(sentence)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_fit_a_phone(page: Page, running: Running, theme: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{running.methods}&__theme={theme}")
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    first_page(page, running, f"&__theme={theme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
