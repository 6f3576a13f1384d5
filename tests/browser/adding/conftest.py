"""The whole app without a worker, which a test may add, and any number of small videos."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from tests.browser.whole_app import WholeApp, whole_app
from tests.conftest import DataAt

Clips = Callable[[int], list[Path]]


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[WholeApp]:
    with whole_app(data_at(tmp_path_factory.mktemp("data")), quick=True) as running:
        yield running


@pytest.fixture(scope="package")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A second of video."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    render(replace(scenes()[0], duration_s=1.0), path)
    return path.read_bytes()


@pytest.fixture
def clips(short_clip: bytes, tmp_path: Path) -> Clips:
    """Makes so many small files, each with bytes of its own."""
    made = 0

    def make(number: int) -> list[Path]:
        nonlocal made
        paths = []
        for _ in range(number):
            made += 1
            path = tmp_path / f"{tmp_path.name} {made:03}.mp4"
            # A box that every player skips, after the last one: other bytes, the same pictures.
            padding = f"{tmp_path.name} {made}".encode()
            path.write_bytes(short_clip + (len(padding) + 8).to_bytes(4, "big") + b"free" + padding)
            paths.append(path)
        return paths

    return make


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A tab that has time: the whole app and two hundred files share two cores here."""
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield page
    expect.set_options(timeout=5_000)  # Playwright's own


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """What is no video, whatever its name says."""
    path = tmp_path / "letter.mp4"
    path.write_text("Dear friends")
    return path
