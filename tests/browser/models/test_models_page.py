"""The Models page in a real browser: get one, leave, come back, let it answer, stop, read cards."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from app.workflow.models import fetch_job
from model.weights import catalogue
from tests.browser.models.conftest import Shop

pytestmark = pytest.mark.browser
SLOW_MS = 60_000


def opened(page: Page, shop: Shop) -> Page:
    page.goto(f"{shop.url}/models")
    expect(page.get_by_role("region", name="On this computer")).to_be_visible(timeout=30_000)
    return page


def ended(page: Page) -> Locator:
    return page.locator("#models-getting").get_by_role("status")


def test_getting_one_and_letting_it_answer(page: Page, context: BrowserContext, shop: Shop) -> None:
    opened(page, shop)
    had = page.get_by_role("region", name="Available").get_by_role("article")
    expect(had.first).to_have_accessible_name("The quick one")
    expect(had.first).to_contain_text("Nothing is fetched for it")
    first = had.nth(1)
    expect(first).to_have_accessible_name("ir-CSN-50, IG65M")
    expect(first).to_contain_text("79.0 % right, reported by its authors")
    expect(first).to_contain_text("right, the default, on other clips")
    page.get_by_text("12 more published networks").press("Enter")
    shop.publisher.held = threading.Event()
    page.get_by_role("button", name="Download: ir-CSN-50", exact=True).press("Enter")
    expect(page.get_by_role("progressbar")).to_have_accessible_name("Fetching ir-CSN-50")
    button = page.get_by_role("button", name="Download: ir-CSN-50", exact=True)
    expect(button).to_be_focused()
    expect(button).to_be_disabled()
    page.close()
    shop.publisher.held.set()
    shop.publisher.held = None

    again = opened(context.new_page(), shop)
    expect(ended(again)).to_contain_text("ir-CSN-50 is on this computer now", timeout=SLOW_MS)
    here = again.get_by_role("region", name="On this computer")
    card = here.get_by_role("article", name="ir-CSN-50", exact=True)
    card.get_by_role("button", name="Use it: ir-CSN-50").click()
    expect(card).to_contain_text("in use", timeout=SLOW_MS)
    expect(ended(again)).to_be_hidden()
    assert shop.services.models.active_path().stem.startswith("ircsn_bnfrozen_r50")
    here.get_by_role("button", name="Use it: The embedded default").click()
    default = here.get_by_role("article", name="The embedded default")
    expect(default).to_contain_text("in use", timeout=SLOW_MS)
    assert shop.services.models.active_path() == catalogue.default_path()


def test_another_file_than_the_published_one_is_refused_in_words(page: Page, shop: Shop) -> None:
    opened(page, shop)
    page.get_by_role("button", name="Download: ir-CSN-50, IG65M", exact=True).click()
    expect(ended(page)).to_contain_text("is not the published file", timeout=SLOW_MS)
    expect(
        page.get_by_role("button", name="Download: ir-CSN-50, IG65M", exact=True)
    ).to_be_enabled()


def test_stopping(page: Page, shop: Shop) -> None:
    shop.publisher.held = threading.Event()
    opened(page, shop)
    page.get_by_role("button", name="Download: ir-CSN-50, IG65M", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Stop fetching").click()
    expect(ended(page)).to_contain_text("ir-CSN-50, IG65M: Stopped", timeout=SLOW_MS)
    shop.publisher.held = None
    assert fetch_job.running(shop.services) is None


def test_cards_show_what_people_typed_as_text(page: Page, shop: Shop) -> None:
    opened(page, shop)
    taught = page.get_by_role("article", name=shop.taught)
    expect(taught).to_contain_text("Taught here from 3 videos that people labelled.")
    taught.get_by_text("Model card").click()
    expect(taught.get_by_role("heading", name="What it fails at")).to_be_visible()
    expect(taught.get_by_role("cell", name="a | b ## <img src=x> [c](d) *e*")).to_be_visible()
    assert taught.locator("img, a").count() == 0
    default = page.get_by_role("article", name="The embedded default")
    default.get_by_text("Model card").click()
    expect(default.get_by_role("heading", name="Time per clip")).to_be_visible()
    default.get_by_text("Details").click()
    expect(default.get_by_role("term").first).to_have_text("Size")


def test_it_fits_a_phone_with_everything_open(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    opened(page, shop)
    page.get_by_text("12 more published networks").or_(
        page.get_by_text("11 more published networks")
    ).click()
    for words in page.locator("#models-shelf summary").all():
        words.evaluate("summary => { summary.parentElement.open = true; }")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    names = page.get_by_role("navigation").get_by_role("link").all()
    assert len(names) == 6
    assert len({name.bounding_box()["y"] for name in names}) == 1  # type: ignore[index]
