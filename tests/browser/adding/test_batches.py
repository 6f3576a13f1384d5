"""A ZIP file is dropped, followed, left alone with the page closed, and found again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.jobs.kinds import KINDS
from app.workflow.bringing import bring
from app.workflow.videos import browse
from tests.app.workflow.bringing.packing import pack
from tests.browser.adding.conftest import Clips
from tests.browser.whole_app import WholeApp, whole_app
from tests.conftest import DataAt
from tests.working import working

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server folder")


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, data_at: DataAt, server_folder: Path
) -> Iterator[WholeApp]:
    folder = data_at(tmp_path_factory.mktemp("data"))
    with whole_app(folder, quick=True, import_folder=server_folder) as running:
        yield running


def zipped(folder: Path, clips: list[Path]) -> Path:
    contents: dict[str, bytes | Path] = {f"day/{clip.name}": clip for clip in clips}
    return pack(folder / "holiday.zip", {**contents, "notes.txt": b"hello"})


def test_a_zip_goes_on_without_the_page(
    page: Page, browser: Browser, site: WholeApp, clips: Clips, tmp_path: Path
) -> None:
    files = clips(6)
    page.goto(site.url)
    page.locator("#upload input[type=file]").set_input_files(zipped(tmp_path, files))
    listed = page.get_by_role("region", name="holiday.zip")
    expect(listed.get_by_role("heading")).to_have_text(
        "holiday.zip: 0 of 7 files added, starts shortly"
    )
    expect(page.locator("#uploads .sl-files")).to_be_hidden()
    listed.get_by_role("button", name="Pause").click()
    expect(listed.get_by_role("heading")).to_contain_text("paused")
    page.close()
    with working(site.services, KINDS["bring"]):
        later = browser.new_page()
        later.goto(site.url)
        listed = later.get_by_role("region", name="holiday.zip")
        expect(listed.get_by_role("heading")).to_contain_text("0 of 7 files added, paused")
        listed.get_by_role("button", name="Continue").click()
        expect(listed.get_by_role("heading")).to_contain_text(
            "6 of 7 files added, 1 left out", timeout=120_000
        )
    lines = listed.get_by_role("listitem")
    expect(lines.filter(has_text="notes.txt")).to_contain_text("This is no video")
    expect(lines.filter(has_text=files[0].name)).to_contain_text("Waiting to be analysed")
    names = {row.name for row in browse.videos(site.services, limit=100).rows}
    assert {file.name for file in files} <= names
    lines.filter(has_text=files[0].name).get_by_role("link").click()
    expect(later).to_have_url(re.compile(r"\?video=\d+$"))
    listed.get_by_role("button", name="Close").click()
    expect(listed).to_be_hidden()
    assert bring.standings(site.services) == []
    later.close()


def test_a_folder_of_the_server_is_brought_in_and_what_failed_is_tried_again(
    page: Page, site: WholeApp, clips: Clips, server_folder: Path
) -> None:
    (clip,) = clips(1)
    day = server_folder / "day"
    day.mkdir()
    broken = day / "later.mp4"
    broken.write_bytes(clip.read_bytes()[:300])
    page.goto(site.url)
    page.get_by_label("Folder of this server").select_option("day")
    with working(site.services, KINDS["bring"]):
        page.get_by_role("button", name="Bring it in").click()
        listed = page.get_by_role("region", name="day")
        expect(listed.get_by_role("heading")).to_have_text("day: 0 of 1 file added, 1 failed")
        broken.write_bytes(clip.read_bytes())
        listed.get_by_role("button", name="Try again").click()
        expect(listed.get_by_role("heading")).to_have_text("day: 1 of 1 file added")
    listed.get_by_role("button", name="Close").click()
    expect(listed).to_be_hidden()


def test_what_is_no_zip_says_so(page: Page, site: WholeApp, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"Dear friends")
    page.goto(site.url)
    page.locator("#upload input[type=file]").set_input_files(wrong)
    line = page.get_by_role("listitem").filter(has_text="wrong.zip")
    expect(line).to_contain_text("damaged or not complete")
