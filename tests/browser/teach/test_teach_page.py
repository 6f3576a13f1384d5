"""Teaching in a real browser: press, leave, come back, look at what changed, choose, go back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.workflow.models import versions
from app.workflow.teaching import teach
from tests.app.quick import answer_quickly
from tests.browser.teach.conftest import School

pytestmark = pytest.mark.browser
SLOW_MS = 180_000


def test_teaching_from_the_press_to_the_way_back(
    page: Page, context: BrowserContext, school: School
) -> None:
    page.goto(f"{school.url}/teach")
    row = page.get_by_role("row", name=re.compile("star jump"))
    expect(row).to_contain_text("will be learned as a new class", timeout=30_000)
    expect(page.get_by_text(re.compile("2 videos are kept for checking: too few"))).to_be_visible()
    page.get_by_role("button", name="Teach it").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.close()

    again = context.new_page()
    again.goto(f"{school.url}/teach")
    expect(again.locator("#teach-lesson").get_by_role("status")).to_contain_text(
        "is ready.", timeout=SLOW_MS
    )
    card = again.get_by_role("article", name=re.compile("^taught-"))
    expect(card).to_contain_text("of 2 right before")
    expect(card).to_contain_text("learned from 5 videos")
    assert [v.name for v in versions.all_versions(school.services) if v.active] == ["default"]

    link = card.get_by_role("region", name="Fixed").get_by_role("link", name="star jump")
    address = link.get_attribute("href")
    assert address is not None
    look = context.new_page()
    look.goto(address)
    expect(look.get_by_role("heading", name=re.compile("star jump", re.I)).first).to_be_visible(
        timeout=60_000
    )
    look.close()

    card.get_by_role("button", name="Use this version").click()
    expect(card).to_contain_text("in use")
    assert [v.name for v in versions.all_versions(school.services) if v.active] != ["default"]
    again.get_by_role("button", name="Go back to this version").click()
    expect(again.get_by_role("article", name="default")).to_contain_text("in use")
    assert [v.name for v in versions.all_versions(school.services) if v.active] == ["default"]


def test_stopping(page: Page, school: School) -> None:
    answer_quickly(school.services)  # a step that was begun is done before it stops
    page.goto(f"{school.url}/teach")
    page.get_by_role("radio", name=re.compile("Everything")).check()  # takes long enough
    page.get_by_role("button", name="Teach it").click()
    page.get_by_role("button", name="Stop").click()
    status = page.locator("#teach-lesson").get_by_role("status")
    expect(status).to_contain_text("Stopped", timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Teach it")).to_be_enabled()
    assert teach.running(school.services) is None
    assert school.supervisor.pid is not None
