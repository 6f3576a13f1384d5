"""Taking an answer away from the page: the film, the table and the arrays, and stopping."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from model.video.reader import VideoReader
from tests.browser.whole_app import WholeApp

pytestmark = pytest.mark.browser


def fetched(page: Page, tmp_path: Path, suffix: str) -> Path:
    """The file behind the link that the panel offers."""
    link = page.locator("#takeaway-file a[download]").filter(has_text=re.compile(".")).first
    expect(page.locator("#takeaway-file")).to_contain_text(suffix, timeout=60_000)
    with page.expect_download() as begun:
        link.click()
    path = tmp_path / begun.value.suggested_filename
    begun.value.save_as(path)
    return path


def open_panel(page: Page, site: WholeApp, clip: Path) -> None:
    """Brings a video and opens the panel under its answer."""
    page.goto(site.url)
    page.locator("#upload input[type=file]").set_input_files(clip)
    panel = page.locator("#takeaway")
    expect(panel).to_be_visible(timeout=60_000)
    panel.get_by_role("button", name="Download").click()
    expect(page.locator("#takeaway-film")).to_be_visible()


def test_all_three_can_be_downloaded(
    page: Page, site: WholeApp, clip: Path, tmp_path: Path
) -> None:
    open_panel(page, site, clip)
    page.locator("#viewer").get_by_role("radio").nth(1).click()
    page.locator("#takeaway-csv").click()
    table = fetched(page, tmp_path, ".csv")
    rows = list(csv.reader(io.StringIO(table.read_text("utf-8"))))
    assert rows[0][0] == "second (s)"
    page.locator("#takeaway-npz").click()
    with np.load(fetched(page, tmp_path, ".npz"), allow_pickle=False) as arrays:
        labels = arrays["labels"].tolist()
        assert len(rows) == len(arrays["seconds"]) + 1
    page.locator("#takeaway-film").click()
    film = fetched(page, tmp_path, ".mp4")
    # The class that is shown in the viewer is the film's.
    assert labels[1] in film.name
    with VideoReader(clip) as original, VideoReader(film) as painted:
        assert painted.info.browser_safe
        np.testing.assert_allclose(painted.info.pts_s, original.info.pts_s, atol=2e-5)


def test_a_film_that_is_stopped_is_none(page: Page, site: WholeApp, clip: Path) -> None:
    open_panel(page, site, clip)
    before = set(site.services.outbox.rglob("*.mp4"))
    page.locator("#takeaway-film").click()
    page.locator("#takeaway-stop").click()
    expect(page.get_by_text("Stopped. There is no film.")).to_be_visible(timeout=20_000)
    expect(page.locator("#takeaway-film")).to_be_enabled()
    assert set(site.services.outbox.rglob("*.mp4")) == before
    assert not list(site.services.outbox.rglob("*.part"))
