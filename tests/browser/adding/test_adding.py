"""Many videos at once: chosen, dropped, cancelled, refused one by one, and over a server's end."""

from __future__ import annotations

import base64
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from app.settings import Settings
from app.wiring import build
from app.workflow.services import Services
from app.workflow.videos import answer_requests, browse
from tests.browser.adding.conftest import Clips
from tests.browser.whole_app import WholeApp, serve

pytestmark = pytest.mark.browser

PAUSE_S = 1.5  # between two questions (`LOOK_MS` in uploads.js)
SLOW_MS = 300_000  # two hundred files on a busy machine
DROP = """([area, files]) => {
  const transfer = new DataTransfer();
  for (const [name, content] of files) {
    transfer.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
  }
  for (const kind of ['dragover', 'drop']) {
    const given = {dataTransfer: transfer, bubbles: true, cancelable: true};
    area.dispatchEvent(new DragEvent(kind, given));
  }
}"""


def stored(services: Services, files: list[Path]) -> list[int]:
    """The numbers of the videos of these names."""
    names = {file.name for file in files}
    found = browse.videos(services, text=files[0].parent.name, limit=1000).rows
    return [row.id for row in found if row.name in names]


def choose(page: Page, url: str, files: list[Path]) -> None:
    page.goto(url)
    page.locator("#upload input[type=file]").set_input_files(files)


@pytest.mark.parametrize("number", [2, 20, 200])
def test_many_files_are_added_and_a_broken_one_holds_up_nobody(
    page: Page, site: WholeApp, clips: Clips, letter: Path, number: int
) -> None:
    files = clips(number)
    choose(page, site.url, [files[0], letter, *files[1:]])
    head = page.get_by_role("heading", name=f"{number} of {number + 1} videos added")
    expect(head).to_contain_text("1 failed", timeout=SLOW_MS)
    refused = page.get_by_role("listitem").filter(has_text="letter.mp4")
    expect(refused).to_contain_text("not a video that can be read here")
    here = stored(site.services, files)
    assert len(here) == number
    waiting = answer_requests.standings(site.services, here)
    assert {one.state for one in waiting.values()} == {"waiting"}
    expect(page).to_have_url(re.compile(r"\?video=\d+$"))  # the first one is shown
    page.reload()
    expect(page.get_by_role("heading", name=f"{number} of {number} videos")).to_be_visible()


def test_how_the_videos_stand_is_asked_now_and_then_not_for_each_file(
    page: Page, site: WholeApp, clips: Clips
) -> None:
    questions: list[str] = []
    page.on("request", lambda request: questions.append(request.url))
    started = time.monotonic()
    choose(page, site.url, clips(20))
    expect(page.get_by_role("heading", name="20 of 20 videos added")).to_be_visible()
    most = 1 + (time.monotonic() - started) / PAUSE_S
    asked = [url for url in questions if "/progress?" in url and url.count("video=") > 1]
    assert 0 < len(asked) <= most


def test_dropping_does_the_same(page: Page, site: WholeApp, clips: Clips) -> None:
    files = clips(5)
    page.goto(site.url)
    area = page.locator("#upload label").element_handle()
    contents = [[file.name, base64.b64encode(file.read_bytes()).decode()] for file in files]
    page.evaluate(DROP, [area, contents])
    expect(page.get_by_role("heading", name="5 of 5 videos added")).to_be_visible(timeout=SLOW_MS)
    assert len(stored(site.services, files)) == 5


def test_the_keyboard_opens_the_file_dialogue(page: Page, site: WholeApp, clips: Clips) -> None:
    files = clips(2)
    page.goto(site.url)
    with page.expect_file_chooser() as dialogue:
        page.get_by_label("Choose videos").press("Enter")
    assert dialogue.value.is_multiple()
    dialogue.value.set_files(files)
    expect(page.get_by_role("heading", name="2 of 2 videos added")).to_be_visible(timeout=SLOW_MS)


def test_one_or_all_can_be_cancelled(page: Page, site: WholeApp, clips: Clips) -> None:
    files = clips(4)
    held: list[Route] = []
    page.route("**/upload?*", lambda route: held.append(route))
    choose(page, site.url, files)
    expect(page.get_by_role("button", name=f"Cancel {files[0].name}")).to_be_visible()
    page.get_by_role("button", name=f"Cancel {files[0].name}").click()
    expect(page.get_by_role("listitem").first).to_contain_text("Not sent")
    page.get_by_role("button", name="Cancel all").click()
    expect(page.get_by_text("Not sent")).to_have_count(4)
    assert stored(site.services, files) == []


def test_a_file_above_the_limit_is_not_even_sent(page: Page, site: WholeApp, clips: Clips) -> None:
    (file,) = clips(1)
    page.goto(site.url)
    page.get_by_label("Choose videos").wait_for(state="attached")  # so somebody listens
    most = int(site.services.limits.max_bytes)
    page.evaluate(
        """(most) => {
          const file = new File(['x'], 'huge.mp4');
          Object.defineProperty(file, 'size', {value: most + 1});
          document.dispatchEvent(new CustomEvent('secondlook:files', {detail: {files: [file]}}));
        }""",
        most,
    )
    expect(page.get_by_role("listitem")).to_contain_text("This is too large: at most 2048 MiB")
    assert stored(site.services, [file]) == []


@pytest.mark.timeout(600)  # the app is built twice, and the pauses between attempts grow
def test_a_server_that_ends_in_the_middle_and_comes_back_gets_the_rest(
    page: Page, data_dir: Path, clips: Clips
) -> None:
    settings = Settings(data_dir=data_dir, engine="openvino", min_free_bytes=0, port=0)
    services = build(settings)
    files = clips(6)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    with serve(settings, services) as url:
        page.goto(url)
        slow_down(wire, files[0].stat().st_size)  # about a second a file
        page.locator("#upload input[type=file]").set_input_files(files)
        expect(page.get_by_role("heading", name=re.compile("[1-3] of 6 videos"))).to_be_visible()
        slow_down(wire, 100)  # what is being sent now will not arrive
        expect(page.get_by_text(re.compile("^Sending|^Checking")).first).to_be_visible()
    expect(page.get_by_text("Waiting to send again").first).to_be_visible()
    before = stored(services, files)
    assert 0 < len(before) < 6
    slow_down(wire, -1)
    with serve(settings, build(settings), int(url.rpartition(":")[2])):
        done = page.get_by_role("heading", name="6 of 6 videos added")
        expect(done).to_be_visible(timeout=SLOW_MS)
    assert set(before) < set(stored(services, files))
    assert len(stored(services, files)) == 6


def test_a_fault_of_the_server_is_tried_again_but_not_for_ever(
    page: Page, site: WholeApp, clips: Clips
) -> None:
    asked: list[str] = []

    def fail(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=500, body="Internal Server Error")

    page.route("**/upload?*", fail)
    choose(page, site.url, clips(1))
    refused = page.get_by_role("listitem").filter(has_text="Please add this video again.")
    expect(refused).to_contain_text("The server did not take it (500).")
    assert len(asked) == 3


def slow_down(wire: CDPSession, bytes_per_s: int) -> None:
    """Lets the browser send no faster than this; -1 as fast as it can."""
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", limits | {"uploadThroughput": bytes_per_s})


def test_sending_waits_and_goes_on_and_what_was_refused_is_tried_again(
    page: Page, site: WholeApp, clips: Clips
) -> None:
    """The server has no room for one of them at first."""
    files = clips(6)
    refused: list[str] = []

    def once(route: Route) -> None:
        if not refused and files[0].stem[-3:] in route.request.url:
            refused.append(route.request.url)
            route.fulfill(status=422, body="The disk has no room for it.")
        else:
            route.continue_()

    page.route("**/upload?name=*", once)
    page.goto(site.url)
    page.evaluate("document.querySelector('#uploads .sl-root')")  # the list is there
    area = page.locator("#upload input[type=file]")
    area.set_input_files(files)
    page.get_by_role("button", name="Pause", exact=True).click()
    head = page.locator("#uploads .sl-files-head")
    expect(head).to_contain_text("paused")
    at_rest = r"^[1-4] of 6 videos added"  # what was being sent has come to its end
    expect(head).to_have_text(re.compile(at_rest))
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(head).to_contain_text("5 of 6 videos added")
    expect(head).to_contain_text("1 failed")
    page.get_by_role("button", name="Try again", exact=True).click()
    expect(head).to_contain_text("6 of 6 videos added")
