"""The list of videos: the database sorts and finds, and the address says which part is shown."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.videos.conftest import MANY
from tests.browser.whole_app import WholeApp

pytestmark = pytest.mark.browser
FIRST = ".sl-videos tbody tr:first-child th a"
LEAST_SURE = [f"clip {number:03}.mp4" for number in range(1, MANY + 1)]


def opened(page: Page, app: WholeApp, query: str = "") -> None:
    page.goto(f"{app.url}/videos{query}")
    expect(page.locator("#videos .sl-filters")).to_be_visible(timeout=20_000)


def names(page: Page) -> list[str]:
    return [str(name) for name in page.locator(".sl-videos tbody th a").all_text_contents()]


def first_is(page: Page, name: str) -> None:
    expect(page.locator(FIRST)).to_have_text(name)


def top(page: Page) -> float:
    return float(page.evaluate("scrollY"))


def test_sorting_is_over_all_videos_and_goes_on_over_the_pages(page: Page, app: WholeApp) -> None:
    opened(page, app)
    expect(page.get_by_text(f"{MANY} videos, 90 to label")).to_be_visible()
    header = page.get_by_role("columnheader", name="Model’s answer")
    expect(header).to_have_attribute("aria-sort", "none")
    header.get_by_role("button").press("Enter")
    first_is(page, "clip 001.mp4")
    expect(header).to_have_attribute("aria-sort", "ascending")
    seen = names(page)
    for number in (51, 101):
        page.get_by_role("link", name="Further videos").click()
        first_is(page, f"clip {number:03}.mp4")
        seen += names(page)
    assert seen == LEAST_SURE
    expect(page.get_by_text(f"101 to {MANY} of {MANY}")).to_be_visible()
    header.get_by_role("button").click()
    first_is(page, f"clip {MANY}.mp4")
    expect(page).to_have_url(re.compile(r"/videos\?sort=most_sure$"))


def test_what_is_being_typed_survives_another_choice(page: Page, app: WholeApp) -> None:
    opened(page, app)
    page.evaluate(
        """([search, show]) => {
          search.value = "clip 01"; search.dispatchEvent(new Event("input"));
          show.value = "unlabelled"; show.dispatchEvent(new Event("change"));
        }""",
        [
            page.get_by_label("Search in names and labels").element_handle(),
            page.get_by_label("Show").element_handle(),
        ],
    )
    expect(page).to_have_url(re.compile(r"\?search=clip\+01&show=unlabelled$"))
    expect(page.get_by_label("Search in names and labels")).to_have_value("clip 01")


def test_back_forward_reload_and_link_show_the_same(
    page: Page, context: BrowserContext, app: WholeApp
) -> None:
    opened(page, app)
    page.get_by_label("Search in names and labels").fill("clip")
    page.get_by_label("Show").select_option("unlabelled")
    expect(page.get_by_text(f"90 of {MANY} videos")).to_be_visible()
    page.get_by_label("Sort").select_option("name")
    first_is(page, "clip 001.mp4")
    page.get_by_role("link", name="Further videos").click()
    first_is(page, "clip 067.mp4")
    address = page.url
    assert address.endswith("/videos?search=clip&show=unlabelled&sort=name&page=2")

    page.locator(FIRST).click()
    page.wait_for_url(re.compile(r"/\?video=\d+"))
    page.go_back()
    first_is(page, "clip 067.mp4")
    page.reload()
    first_is(page, "clip 067.mp4")
    expect(page.get_by_label("Search in names and labels")).to_have_value("clip")
    expect(page.get_by_label("Show")).to_have_value("unlabelled")
    expect(page.get_by_label("Sort")).to_have_value("name")
    linked = context.new_page()
    linked.goto(address)
    first_is(linked, "clip 067.mp4")
    linked.close()

    page.go_back()
    first_is(page, "clip 001.mp4")
    page.go_back()
    first_is(page, "clip 119.mp4")
    page.go_forward()
    first_is(page, "clip 001.mp4")


def test_whoever_comes_back_from_a_video_is_where_they_were(page: Page, app: WholeApp) -> None:
    opened(page, app, "?sort=name")
    link = page.get_by_role("link", name="clip 040.mp4")
    link.scroll_into_view_if_needed()
    before = top(page)
    assert before > 500
    link.click()
    page.wait_for_url(re.compile(r"/\?video=\d+"))
    page.go_back()
    expect(link).to_be_focused()
    assert top(page) == pytest.approx(before, abs=2)
    page.get_by_role("columnheader", name="Label", exact=True).get_by_role("button").click()
    expect(page).to_have_url(re.compile("sort=label$"))


def test_nothing_found_offers_the_way_back(page: Page, app: WholeApp) -> None:
    opened(page, app, "?search=nothing+like+it")
    expect(page.get_by_text("No videos match.")).to_be_visible()
    expect(page.get_by_text(f"0 of {MANY} videos")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    first_is(page, f"clip {MANY}.mp4")
    expect(page.get_by_label("Search in names and labels")).to_be_focused()
    expect(page.get_by_label("Search in names and labels")).to_have_value("")
    assert page.url == f"{app.url}/videos"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?page=9", "The list ends at page 3."),
        ("?page=-1", "page “-1”, which is no number"),
        ("?page=1e9&sort=name", "page “1e9”, which is no number"),
        ("?sort=%27%3B--", "an unknown order, “';--”"),
        ("?show=<b>bold</b>", "an unknown state, “<b>bold</b>”"),
        (f"?search={'x' * 300}", "The search in this link is too long"),
        (f"?by={'x' * 300}", "The name in this link is too long"),
    ],
)
def test_a_bad_address_gets_a_sentence_and_a_list(
    page: Page, app: WholeApp, query: str, sentence: str
) -> None:
    opened(page, app, query)
    expect(page.locator(".sl-list-notes")).to_contain_text(sentence)
    expect(page.locator(FIRST)).to_be_visible()


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "\u202e", "%00x", "😀", "&page=2#"])
def test_any_search_is_only_text(page: Page, app: WholeApp, text: str) -> None:
    opened(page, app, f"?search={quote(text)}")
    expect(page.get_by_text(re.compile(rf"\d+ of {MANY} videos"))).to_be_visible()
    expect(page.get_by_label("Search in names and labels")).to_have_value(text)


def test_a_failing_server_is_told_and_tried_again(page: Page, app: WholeApp) -> None:
    page.route("**/component_server**", lambda route: route.abort())
    page.goto(f"{app.url}/videos")
    expect(page.get_by_role("alert")).to_contain_text("The list could not be loaded.")
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    first_is(page, f"clip {MANY}.mp4")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_the_person_filter_is_in_the_address(page: Page, app: WholeApp) -> None:
    opened(page, app)
    page.get_by_label("Labelled by").select_option("Ada")
    expect(page.get_by_text(f"30 of {MANY} videos")).to_be_visible()
    assert page.url.endswith("/videos?by=Ada")
    opened(page, app, "?by=Nobody+Here")
    expect(page.get_by_text("No videos match.")).to_be_visible()
    expect(page.get_by_label("Labelled by")).to_have_value("Nobody Here")
