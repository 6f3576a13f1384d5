"""Two versions' answers under one play head, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.compare.conftest import NEW, Lists

pytestmark = pytest.mark.browser
SLOW_MS = 60_000
PAINTED = """() => {
  const canvas = document.querySelector('canvas.sl-heat');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 3; i < data.length; i += 4) sum += data[i];
  return sum;
}"""


@pytest.fixture
def shown(page: Page, lists: Lists) -> Page:
    """The fixed video, ready to play."""
    page.goto(lists.address(lists.fixed))
    ready(page)
    return page


def ready(page: Page) -> None:
    page.wait_for_function("document.querySelector('video.sl-video')?.readyState >= 2")


def side(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name)


def settled(page: Page, t: float) -> None:
    page.wait_for_function(
        """t => { const video = document.querySelector('video.sl-video');
                 return !video.seeking && Math.abs(video.currentTime - t) < 0.05; }""",
        arg=t,
    )


def test_from_the_lists_through_them_and_back(page: Page, lists: Lists) -> None:
    page.goto(f"{lists.url}/teach")
    page.get_by_role("link", name=f"Watch both: {lists.fixed.name}").click()
    expect(page.get_by_role("heading", name=lists.fixed.name)).to_be_visible()
    expect(page.get_by_text("Fixed: 1 of 1")).to_be_visible()
    expect(page.get_by_role("link", name="Previous")).to_have_count(0)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", name=lists.broken.name)).to_be_visible()
    expect(page.get_by_text("Broken: 1 of 1")).to_be_visible()
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_text("Fixed: 1 of 1")).to_be_visible()
    page.get_by_role("link", name="Back to Teach").click()
    page.wait_for_url("**/teach")


def test_both_answers_in_words(shown: Page) -> None:
    expect(shown.get_by_text(f"Ada said: {NEW}.")).to_be_visible()
    before, after = side(shown, "Before: default"), side(shown, "After: taught")
    expect(before.get_by_text("wrong", exact=True)).to_be_visible()
    expect(after.get_by_text("right", exact=True)).to_be_visible()
    expect(before.get_by_role("radio", name=NEW)).to_contain_text("does not know this class")
    expect(after.get_by_role("radio", name=NEW)).to_contain_text(re.compile(r"\d\d\s%"))
    expect(after.get_by_role("radio", name=NEW)).to_contain_text("what people said")
    expect(after.get_by_role("radio", name=NEW)).to_be_checked()
    expect(shown.locator(".sl-block")).to_have_count(2)


def test_one_play_head_runs_through_both(shown: Page) -> None:
    track = shown.get_by_role("slider", name="Time in the video")
    box = track.bounding_box()
    blocks = [block.bounding_box() for block in shown.locator(".sl-block").all()]
    head = shown.locator(".sl-head").bounding_box()
    assert box is not None
    assert head is not None
    for block in blocks:
        assert block is not None
        assert head["y"] <= block["y"]
        assert head["y"] + head["height"] >= block["y"] + block["height"]
    for block in blocks:  # a click into either version's rows
        assert block is not None
        y = block["y"] - box["y"] + 10
        track.click(position={"x": box["width"] / 2, "y": y})
        settled(shown, 1.0)
        track.click(position={"x": box["width"] / 4, "y": y})
        settled(shown, 0.5)
    track.focus()
    shown.keyboard.press("Home")
    settled(shown, 0.0)
    shown.keyboard.press("PageUp")
    settled(shown, 0.2)
    spoken = track.get_attribute("aria-valuetext") or ""
    assert re.search(rf"0\.2 s, Before: default, .*, After: taught, {NEW} \d\d\s%", spoken)
    shown.keyboard.press("Space")
    shown.wait_for_function("document.querySelector('video.sl-video').currentTime > 0.5")


def test_the_heat_map_is_that_of_the_version_and_class_chosen(shown: Page) -> None:
    after = shown.evaluate(PAINTED)
    assert after > 0
    expect(shown.get_by_text(f"what spoke for {NEW}, as taught saw it")).to_be_visible()
    side(shown, "After: taught").get_by_role("radio", name=NEW).focus()
    shown.keyboard.press("Home")
    unknown = side(shown, "Before: default").get_by_role("radio", name=NEW)
    expect(unknown).to_be_checked()
    expect(unknown).to_be_focused()
    expect(shown.get_by_text(f"Nothing is painted: default does not know {NEW}.")).to_be_visible()
    assert shown.evaluate(PAINTED) == 0
    shown.keyboard.press("ArrowDown")
    expect(shown.get_by_text(re.compile("as default saw it"))).to_be_visible()
    assert shown.evaluate(PAINTED) > 0
    assert shown.locator(".sl-block-painted").count() == 1


def test_the_numbers_of_both_can_be_read_as_tables(shown: Page) -> None:
    for name in ("default", "taught"):
        shown.get_by_text(f"The numbers of {name} as a table").click()
    expect(shown.get_by_role("table")).to_have_count(2)
    last = shown.get_by_role("table").last
    expect(last.get_by_role("columnheader", name=f"Evidence for {NEW}")).to_be_visible()
    first = shown.get_by_role("table").first
    expect(first.get_by_role("columnheader", name=re.compile("^Evidence"))).to_have_count(0)


def test_curves_that_an_answer_lacks_are_worked_out(page: Page, lists: Lists) -> None:
    page.goto(lists.address(lists.broken))
    ready(page)
    for name in ("Before: default", "After: taught"):
        archery = side(page, name).get_by_role("radio", name="archery")
        expect(archery).to_contain_text("under 1\u00a0%")
        archery.click()
        expect(page.get_by_text(re.compile("what spoke for archery"))).to_be_visible(
            timeout=SLOW_MS
        )
    expect(page.locator(".sl-row-said path.sl-line")).to_have_count(2)


def test_a_missing_answer_is_made_on_wish(page: Page, lists: Lists) -> None:
    page.goto(lists.address(lists.half))
    expect(page.get_by_text("taught has not looked at this video yet.").first).to_be_visible()
    expect(page.get_by_text("Nobody has said yet what this video shows.")).to_be_visible()
    expect(page.locator(".sl-block")).to_have_count(1)
    page.get_by_role("button", name="Let taught look at this video now").click()
    expect(page.locator(".sl-block")).to_have_count(2, timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Let taught look")).to_be_hidden()
    page.goto(f"{lists.url}/?video={lists.half.id}")
    page.get_by_role("link", name="Compare with default").click()
    expect(page.get_by_role("heading", name=lists.half.name)).to_be_visible()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "does not say which video and which two versions"),
        ("?video=77&before={before}&after={after}", "There is no video number 77 here."),
        ("?video={video}&before=000000000000&after={after}", "a version of the model that is not"),
        ("?video={video}&before={after}&after={after}", "the same version twice"),
        ("?video=9999999999999999999&before={before}&after={after}", "does not say which video"),
    ],
)
def test_a_link_that_leads_nowhere_says_so(
    page: Page, lists: Lists, query: str, sentence: str
) -> None:
    page.goto(
        f"{lists.url}/compare"
        + query.format(before=lists.before, after=lists.after, video=lists.fixed.id)
    )
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_role("link", name="Back to Teach")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone(page: Page, lists: Lists, theme: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{lists.address(lists.fixed)}&t=1.5&__theme={theme}")
    ready(page)
    settled(page, 1.5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
