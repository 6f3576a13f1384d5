"""Labels out with one button, and in with a look at what they change; and the doors behind it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from app.workflow.exchange.formats import FORMATS, KEYS
from tests.browser.every_page.conftest import LONG, Site, opened

pytestmark = pytest.mark.browser
NAME = "Export and import"


def fetched(page: Page) -> tuple[str, bytes]:
    """What the one button downloads."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    download: Download = waiting.value
    return download.suggested_filename, Path(download.path()).read_bytes()


def test_one_button_downloads(page: Page, site: Site) -> None:
    opened(page, site, NAME)
    expect(page.locator("#export-said")).to_contain_text("videos have a label.")
    for one in FORMATS.values():
        expect(page.get_by_role("radio", name=one.name)).to_be_visible()
    name, content = fetched(page)
    assert name == "labels.csv"
    assert len(list(csv.DictReader(io.StringIO(content.decode(), newline="")))) >= 9
    page.get_by_role("radio", name="Kinetics list").check()
    assert fetched(page)[0] == "kinetics.csv"
    page.get_by_role("radio", name="Folder for each label").check()
    expect(page.get_by_role("checkbox", name="With the videos")).to_be_disabled()
    name, content = fetched(page)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        assert f"{LONG[1]}/" in "\n".join(packed.namelist())


def test_labels_of_an_earlier_moment(page: Page, site: Site) -> None:
    opened(page, site, NAME)
    page.get_by_label("Labels as of").fill("2020-01-01T12:00")
    page.keyboard.press("Tab")
    expect(page.locator("#export-said")).to_have_text("0 videos have a label.")
    content = fetched(page)[1]
    assert len(content.splitlines()) == 1


def test_a_file_is_looked_at_before_it_is_stored(page: Page, site: Site, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        f"file,label\n8 IMG_2034.MOV,{LONG[0]}\n9 Recording of 2026-11-25 at 22.40.13,a new name\n"
        "nowhere.mp4,yoga\n"
    )
    opened(page, site, NAME)
    chooser = page.get_by_label("Choose a file of labels").first
    chooser.set_input_files(table)
    report = page.locator("#import")
    for sentence in ("1 label is new.", "1 name is not in the list", "1 video is not here."):
        expect(report).to_contain_text(sentence)
    page.get_by_role("button", name="Import 1 label").wait_for()
    page.get_by_role("checkbox", name="Add the new names").check()
    page.get_by_role("button", name="Import 2 labels").click()
    expect(report).to_contain_text("2 labels added. Nothing was overwritten.")
    chooser.set_input_files(table)
    expect(report).to_contain_text("2 labels are already here.")
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    table.write_bytes(b"\0\1\2\xff")
    chooser.set_input_files(table)
    expect(report.get_by_role("alert")).to_contain_text("some other kind of file")


def text_of(page: Page, address: str) -> tuple[int, str]:
    answer = page.request.get(address)
    return answer.status, answer.text()


def test_the_doors_offer_the_same_table(page: Page, site: Site) -> None:
    for key in KEYS:
        answer = page.request.get(f"{site.url}/labels/{key}")
        assert answer.status == 200
        assert FORMATS[key].file_name(with_media=False) in answer.headers["content-disposition"]
    said = text_of(page, f"{site.url}/labels/xlsx")
    assert said[0] == 400
    assert "no format called xlsx" in said[1]
    said = text_of(page, f"{site.url}/labels/csv?as_of=yesterday")
    assert said[0] == 400
    assert "is no moment" in said[1]


def test_a_program_brings_labels(page: Page, site: Site) -> None:
    table = f"file,label\n11 IMG_2034.MOV,{LONG[0]}\n"
    answer = page.request.post(f"{site.url}/labels?dry_run=true&by=Robot", data=table)
    assert json.loads(answer.text())["new"] == 1
    store: Callable[[], object] = lambda: json.loads(  # noqa: E731
        page.request.post(f"{site.url}/labels?by=Robot", data=table).text()
    )["stored"]
    assert (store(), store()) == (1, 0)
