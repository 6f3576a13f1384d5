"""The answer is the worker's work: it comes whoever watches, and the page finds it again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.workflow.labels import correct
from app.workflow.long_work import JobKind, Outcome, Report
from app.workflow.services import Services
from app.workflow.videos import answer_requests
from app.workflow.videos.answer_requests import AnswerOrder
from model.errors import ModelError
from storage.records.jobs import JobRecord
from tests.browser.adding.conftest import Clips
from tests.browser.whole_app import WholeApp
from tests.working import working

pytestmark = pytest.mark.browser

SLOW_MS = 180_000
WAITING = ".sl-progress-sentence:text('Waiting to be analysed')"
ANSWERED = "#viewer .sl-answer"


def bring(page: Page, site: WholeApp, file: Path) -> int:
    """Adds a video and waits until it is shown; its number."""
    page.goto(site.url)
    page.locator("#upload input[type=file]").set_input_files(file)
    expect(page).to_have_url(re.compile(r"\?video=\d+$"), timeout=SLOW_MS)
    return int(page.url.rpartition("=")[2])


def fails(services: Services, job: JobRecord, order: AnswerOrder, report: Report) -> Outcome:
    """As a model that is broken."""
    del services, job, order, report
    raise ModelError("The weights are damaged. Fetch the model again.")


def test_what_waits_can_be_watched_and_labelled_and_is_answered_later(
    page: Page, browser: Browser, site: WholeApp, clips: Clips
) -> None:
    number = bring(page, site, clips(1)[0])
    expect(page.locator(WAITING)).to_be_visible()
    page.wait_for_function("document.querySelector('video.sl-video')?.readyState >= 2")
    page.locator("#correction [role=combobox]").fill("juggling balls")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"Saved .*juggling balls")).first).to_be_visible()
    assert [event.label for event in correct.said(site.services, number).current] == [
        "juggling balls"
    ]
    page.reload()
    expect(page.locator(WAITING)).to_be_visible()
    other = browser.new_context()
    elsewhere = other.new_page()
    elsewhere.goto(f"{site.url}/?video={number}")
    expect(elsewhere.locator(WAITING)).to_be_visible(timeout=SLOW_MS)
    with working(site.services):
        for one in (page, elsewhere):
            expect(one.locator(ANSWERED)).to_be_visible(timeout=SLOW_MS)
            expect(one.locator("#progress section")).to_be_hidden()
    expect(page.locator("#correction")).to_contain_text("said it is juggling balls")
    other.close()


def test_it_is_answered_though_the_window_is_closed(
    page: Page, site: WholeApp, clips: Clips
) -> None:
    number = bring(page, site, clips(1)[0])
    page.close()
    with working(site.services):
        while answer_requests.standing(site.services, number).is_under_way:
            pass
    assert answer_requests.standing(site.services, number).state == "ready"


def test_stopping_is_no_error_and_can_be_taken_up_again(
    page: Page, site: WholeApp, clips: Clips
) -> None:
    bring(page, site, clips(1)[0])
    page.get_by_role("button", name="Stop").click()
    said = page.get_by_role("status").filter(has_text="Stopped. The video is saved under Videos.")
    expect(said).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.reload()
    look = page.get_by_role("button", name="Look at this video now")
    expect(look).to_be_visible()
    look.click()
    with working(site.services):
        expect(page.locator(ANSWERED)).to_be_visible(timeout=SLOW_MS)


def test_a_failure_is_said_and_can_be_tried_again(page: Page, site: WholeApp, clips: Clips) -> None:
    with working(site.services, {answer_requests.KIND: JobKind(AnswerOrder, fails)}):
        bring(page, site, clips(1)[0])
        expect(page.get_by_role("alert")).to_have_text(re.compile("weights are damaged"))
        expect(page.get_by_text("What does the video show?")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    with working(site.services):
        expect(page.locator(ANSWERED)).to_be_visible(timeout=SLOW_MS)
