"""The main job in a real browser: bring, see, switch, seek, correct, undo, reload, find again."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.workflow.labels import correct
from app.workflow.videos import browse
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from tests.browser.look.conftest import answered, upload
from tests.browser.whole_app import WholeApp

pytestmark = pytest.mark.browser


def test_upload_answers_and_has_a_link_of_its_own(page: Page, site: WholeApp, clip: Path) -> None:
    upload(page, site, clip)
    expect(
        page.get_by_role("heading", name=re.compile("juggling balls", re.I)).first
    ).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?video=\d+$"))
    page.reload()
    answered(page)


def test_the_video_plays_and_the_time_line_seeks(page: Page, site: WholeApp, clip: Path) -> None:
    upload(page, site, clip)
    page.wait_for_function("document.querySelector('video').readyState >= 2")
    page.evaluate("document.dispatchEvent(new CustomEvent('secondlook:seek', {detail: {t: 3.2}}))")
    page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 3.2) < 0.1")


def test_choosing_a_class_needs_no_server(page: Page, site: WholeApp, clip: Path) -> None:
    upload(page, site, clip)
    page.reload()  # nothing of the upload is under way any more
    answered(page)
    page.wait_for_timeout(2000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    choice = page.get_by_role("radio").nth(1)
    choice.check(force=True)
    expect(choice).to_be_checked()
    assert [url for url in asked if "/media/" not in url and "heartbeat" not in url] == []


def test_two_keystrokes_correct_and_undo_takes_it_back(
    page: Page, site: WholeApp, clip: Path
) -> None:
    upload(page, site, clip)
    page.locator("#correction").get_by_role("heading").first.click()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"Saved .* as #\d+")).first).to_be_visible()
    number = int(page.url.rpartition("=")[2])
    kept = correct.said(site.services, number)
    assert [event.verdict for event in kept.current] == ["corrected"]
    page.reload()
    answered(page)
    expect(page.locator("#correction")).to_contain_text("said it is")
    page.get_by_role("button", name=re.compile("undo", re.I)).first.click()
    expect(page.locator("#correction")).to_contain_text("took back")
    assert correct.said(site.services, number).current == ()
    assert len(correct.said(site.services, number).history) == 2


def test_the_list_finds_it_by_label(page: Page, site: WholeApp, clip: Path) -> None:
    upload(page, site, clip)
    page.goto(f"{site.url}/videos")
    link = page.get_by_role("link", name=clip.name)
    expect(link).to_be_visible(timeout=20_000)
    page.get_by_label("Search in names and labels").fill("no such label")
    expect(page.get_by_text("No videos match.")).to_be_visible()
    page.get_by_label("Search in names and labels").fill("juggling balls")
    link.click()
    answered(page)


def test_what_is_no_video_gets_one_sentence(page: Page, site: WholeApp, tmp_path: Path) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear friends")
    before = browse.videos(site.services).total
    page.goto(site.url)
    page.locator("#upload input[type=file]").set_input_files(letter)
    expect(page.get_by_text("not a video that can be read here")).to_be_visible(timeout=20_000)
    assert browse.videos(site.services).total == before


def test_stopping_keeps_the_video_and_offers_to_look_later(
    page: Page, site: WholeApp, tmp_path: Path
) -> None:
    longer = tmp_path / "longer.mp4"
    render(replace(scenes()[1], duration_s=60.0), longer)
    page.goto(site.url)
    page.locator("#upload input[type=file]").set_input_files(longer)
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?video=\d+$"), timeout=30_000)
    stop.click()
    said = page.get_by_role("status").filter(has_text="Stopped. The video is saved under Videos.")
    expect(said).to_be_visible(timeout=20_000)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.reload()
    look = page.get_by_role("button", name="Look at this video now")
    expect(look).to_be_visible(timeout=20_000)
