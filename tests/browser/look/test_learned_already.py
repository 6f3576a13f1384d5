"""What people called similar videos: shown apart from the model's answer, chosen with one key."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.workflow.labels import correct
from app.workflow.videos.examples.rendering import render
from tests.app.workflow.lessons import JUMPING, bring
from tests.browser.look.conftest import upload
from tests.browser.whole_app import WholeApp

pytestmark = pytest.mark.browser
SLOW_MS = 60_000


def test_a_correction_speaks_at_once_and_one_key_takes_it_over(
    page: Page, site: WholeApp, tmp_path: Path
) -> None:
    bring(site.services, JUMPING, "star jump", tmp_path, learn=1, check=0)
    longer = tmp_path / "another.mp4"
    render(dataclasses.replace(JUMPING, duration_s=3.0), longer)
    upload(page, site, longer)
    panel = page.get_by_role("region", name="Learned already")
    expect(panel).to_contain_text("people labelled one of them star jump", timeout=SLOW_MS)
    expect(panel).to_contain_text("not the model’s answer")
    assert "star jump" not in page.locator(".sl-guesses").inner_text()
    page.locator("#correction").get_by_role("heading").first.click()
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    expect(page.locator("#correction")).to_contain_text("Saved")
    kept = correct.said(site.services, int(page.url.rpartition("=")[2]))
    assert [(event.verdict, event.label) for event in kept.current] == [("corrected", "star jump")]


def test_it_can_be_switched_off_for_good(page: Page, site: WholeApp, tmp_path: Path) -> None:
    (video,) = bring(site.services, JUMPING, "star jump", tmp_path, learn=1, check=0)
    page.goto(f"{site.url}/?video={video.id}")
    page.get_by_role("button", name="Look at this video now").click()
    panel = page.get_by_role("region", name="Learned already")
    words = panel.get_by_text("people labelled one of them")
    expect(words).to_be_visible(timeout=SLOW_MS)
    panel.get_by_role("checkbox").uncheck()
    expect(words).to_be_hidden()
    page.reload()
    expect(panel.get_by_role("checkbox")).not_to_be_checked(timeout=SLOW_MS)
    panel.get_by_role("checkbox").check()
