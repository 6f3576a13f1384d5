"""The counted video and the page of each component, served once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest
from playwright.sync_api import BrowserContext, Page

from app.components.viewer import viewer, viewer_value
from model.inference.prediction import Span
from tests.browser.components.stage import (
    MEASURED,
    example_prediction,
    modules_served,
    reasoned_prediction,
    served,
    write_counted_video,
)

GAP = Span(2.0, 2.4)


@pytest.fixture(scope="package")
def warm_tab(context: BrowserContext) -> Iterator[tuple[Page, list[str]]]:
    """One tab, and the failures of its scripts."""
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page, failures
    page.close()


@pytest.fixture
def tab(warm_tab: tuple[Page, list[str]]) -> Iterator[Page]:
    """Like `page`, but the same tab again, which loads three times faster; do not configure it."""
    page, failures = warm_tab
    failures.clear()
    yield page
    forget_everything(page)
    assert failures == [], f"scripts on the page failed: {failures}"


def forget_everything(page: Page) -> None:
    """Empties what the page keeps in this browser."""
    page.unroute_all()
    if page.url.startswith("http"):
        page.evaluate("localStorage.clear()")


@pytest.fixture(scope="package")
def counted_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds in which every picture shows its number."""
    path = tmp_path_factory.mktemp("video") / "counted.mp4"
    write_counted_video(path)
    return path


@pytest.fixture(scope="package")
def modules_url() -> Iterator[str]:
    """The address of the folder of all modules."""
    with modules_served() as url:
        yield url


@pytest.fixture(scope="package")
def viewer_url(counted_video: Path) -> Iterator[str]:
    """The viewer with buttons that give it other values, as a server does."""
    usual = viewer_value(example_prediction(), video_id=1, name="counted.mp4", src="/video.mp4")
    gap = viewer_value(
        example_prediction(gap=GAP), video_id=2, name="gap.mp4", src="/video.mp4?2", start_at=2.8
    )
    unsure = viewer_value(
        example_prediction(scores=(0.18, 0.16, 0.1, 0.04, 0.004)),
        video_id=1,
        name="counted.mp4",
        src="/video.mp4",
    )
    blind = {**usual, "evidence": None}
    reasoned = viewer_value(
        reasoned_prediction(), video_id=3, name="reasoned.mp4", src="/video.mp4?3"
    )
    likely = viewer_value(
        example_prediction(scores=(0.42, 0.16, 0.1, 0.04, 0.004)),
        video_id=1,
        name="counted.mp4",
        src="/video.mp4",
    )
    taught = viewer_value(
        replace(
            example_prediction(scores=(0.97, 0.01, 0.01, 0.004, 0.004)),
            calibration=MEASURED.of_other_weights(),
            taught_from=20,
        ),
        video_id=1,
        name="counted.mp4",
        src="/video.mp4",
    )
    others = {
        "gap": gap,
        "unsure": unsure,
        "blind": blind,
        "reasoned": reasoned,
        "likely": likely,
        "taught": taught,
        "none": None,
    }

    def build() -> gr.Blocks:
        with gr.Blocks() as blocks:
            component = viewer(usual)
            for name, value in others.items():
                gr.Button(name).click(lambda value=value: value, outputs=component)
        return blocks

    with served(build, counted_video) as url:
        yield url
