"""Labelling one video after the other: from a list, by keyboard, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.workflow.vectors import packed
from app.workflow.videos import browse, ingest
from storage.records import embeddings, videos
from tests.browser.whole_app import WholeApp, whole_app
from tests.conftest import DataAt
from tests.model.video.making import write_video
from tests.storage.rows import add_prediction

pytestmark = pytest.mark.browser
NAMES = ("first.mp4", "second.mp4", "third.mp4")


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[WholeApp]:
    """Three videos that nothing has looked at; all labels are given here."""
    folder = tmp_path_factory.mktemp("clips")
    with whole_app(data_at(tmp_path_factory.mktemp("data")), quick=True) as running:
        for place, name in enumerate(NAMES):
            write_video(folder / name, frames=8 + place)
            ingest.store(running.services, ingest.Upload(folder / name, name), lambda *_: None)
        yield running


def begin(
    page: Page, app: WholeApp, query: str = "?show=unlabelled&sort=oldest", of: int = len(NAMES)
) -> None:
    page.goto(f"{app.url}/videos{query}")
    page.get_by_role("button", name=re.compile("^Label these|^Label this one")).click()
    at(page, 1, of)


def at(page: Page, place: int, of: int = len(NAMES)) -> None:
    """Waits for the video of that place, whose panel is ready."""
    expect(page.locator("#queue .sl-queue-place")).to_have_text(f"{place} of {of}", timeout=30_000)
    expect(page.get_by_role("region", name="Your answer")).to_be_visible()


def label(page: Page, words: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")


def labels(app: WholeApp) -> list[str | None]:
    rows = browse.videos(app.services, order="oldest").rows
    return [row.decision.label if row.decision else None for row in rows]


def test_every_save_leads_to_the_next_video(page: Page, app: WholeApp) -> None:
    begin(page, app)
    label(page, "archery")
    at(page, 2)
    expect(page.locator(".sl-correction .sl-status")).to_have_text("The label before is saved.")
    label(page, "bowling")
    at(page, 3)
    label(page, "yoga")
    expect(page.locator("#queue")).to_contain_text("3 of 3. That was the last one.")
    assert labels(app) == ["archery", "bowling", "yoga"]
    page.get_by_role("link", name="List", exact=True).click()
    page.wait_for_url("**/videos?show=unlabelled&sort=oldest")
    expect(page.get_by_text("No videos match.")).to_be_visible(timeout=20_000)


def test_a_label_is_taken_back_from_the_next_video(page: Page, app: WholeApp) -> None:
    begin(page, app)
    label(page, "archery")
    at(page, 2)
    page.keyboard.press("Control+z")
    at(page, 1)
    assert labels(app) == [None, None, None]
    label(page, "bowling")
    at(page, 2)
    assert labels(app) == ["bowling", None, None]


def test_keys_go_on_and_back_without_a_label(page: Page, app: WholeApp) -> None:
    begin(page, app)
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.keyboard.press("n")
    at(page, 2)
    page.keyboard.press("s")
    at(page, 3)
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.keyboard.press("p")
    at(page, 2)
    page.go_back()
    at(page, 3)
    page.reload()
    at(page, 3)
    assert labels(app) == [None, None, None]


def test_a_video_outside_the_queue_has_no_bar(page: Page, app: WholeApp) -> None:
    begin(page, app, "?search=first", of=1)
    page.goto(f"{app.url}/?video=2")
    expect(page.get_by_role("region", name="Your answer")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("navigation", name="Queue")).to_be_hidden()


def test_the_order_stands_in_the_address_and_each_video_says_why_it_is_there(
    page: Page, app: WholeApp
) -> None:
    with app.services.database.write() as session:
        for number, probability in ((1, 0.9), (2, 0.2), (3, 0.5)):
            video = videos.get(session, video_id=number)
            add_prediction(session, video, top="yoga", probability=probability)
    page.goto(f"{app.url}/videos?show=unlabelled")
    page.get_by_label("Order").select_option(label="Least certain first")
    page.wait_for_url("**/videos?show=unlabelled&queue=unsure")
    page.reload()
    expect(page.get_by_label("Order")).to_have_value("unsure", timeout=30_000)
    page.get_by_role("button", name="Label these 3").click()
    at(page, 1)
    assert page.url.endswith("?video=2")
    expect(page.locator("#queue")).to_contain_text("The model was least sure here: 20")
    page.keyboard.press("n")
    at(page, 2)
    expect(page.locator("#queue")).to_contain_text("The model was not sure here: 50")
    assert page.url.endswith("?video=3")


def test_an_order_without_videos_says_so(page: Page, app: WholeApp) -> None:
    page.goto(f"{app.url}/videos?queue=label_errors")
    page.get_by_role("button", name="Label these 3").click()
    expect(page.get_by_text("No label in this list looks wrong.")).to_be_visible(timeout=20_000)
    assert page.url.endswith("/videos?queue=label_errors")


def test_labels_change_what_comes_next(page: Page, app: WholeApp) -> None:
    """The third video was labelled elsewhere meanwhile: after some labels it is left out."""
    vector = packed(np.array([1.0, 0.5]))
    with app.services.database.write() as session:
        for number in (1, 2, 3):
            embeddings.keep(session, video_id=number, made_by="one", vector=vector)
    begin(page, app, "?show=unlabelled&queue=mix")
    page.evaluate(
        """() => {
            const queue = JSON.parse(sessionStorage.getItem('secondlook:queue'));
            const [first] = queue.ids;
            const ids = [first, first + 100, first + 101, ...queue.ids.slice(1), 999];
            sessionStorage.setItem('secondlook:queue', JSON.stringify({ ...queue, ids, saved: 9 }));
        }"""
    )
    label(page, "archery")
    page.wait_for_function(
        "() => !JSON.parse(sessionStorage.getItem('secondlook:queue')).ids.includes(999)"
    )
    kept = page.evaluate("() => JSON.parse(sessionStorage.getItem('secondlook:queue'))")
    assert len(kept["ids"]) == 4  # the first, what was next, and both that are left
    assert kept["saved"] == 0


def test_the_next_video_is_there_before_the_server_says_so(page: Page, app: WholeApp) -> None:
    begin(page, app)
    page.wait_for_function(
        """() => performance.getEntriesByType('resource').filter(({ name, responseEnd }) =>
            name.includes('component_server') && responseEnd > 0).length >= 2"""
    )
    page.wait_for_timeout(500)
    # Nothing that an event of the page asks for is answered any more, only what was loaded ahead.
    page.route("**/gradio_api/queue/**", lambda route: route.abort())
    page.keyboard.press("n")
    at(page, 2)
    expect(page.locator("#viewer video")).to_have_attribute("aria-label", "Video second.mp4")
    assert page.url.endswith("?video=2")


def test_without_anything_loaded_ahead_the_server_is_asked(page: Page, app: WholeApp) -> None:
    begin(page, app)
    page.route("**/component_server/**", lambda route: route.abort())
    page.reload()
    at(page, 1)
    page.keyboard.press("n")
    at(page, 2)
    expect(page.locator("#viewer video")).to_have_attribute("aria-label", "Video second.mp4")


def test_many_keys_in_a_row_end_at_one_video(page: Page, app: WholeApp) -> None:
    """Keys are lost on what is not shown yet; address, picture and panel belong together."""
    begin(page, app)
    for key in "nnppnn":
        page.keyboard.press(key)
    page.wait_for_timeout(3000)  # for whatever the server answers late
    number = int(page.url.rpartition("=")[2])
    at(page, number)
    name = f"Video {NAMES[number - 1]}"
    expect(page.locator("#viewer video")).to_have_attribute("aria-label", name)
    label(page, "yoga")
    expect(page.locator("#queue")).to_contain_text(
        "That was the last one." if number == 3 else f"{number + 1} of 3"
    )
    assert labels(app) == ["yoga" if place == number else None for place in (1, 2, 3)]
