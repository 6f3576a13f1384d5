"""The answer and the panel with labels of long words, at every width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest
from playwright.sync_api import Page

from app.components.correction import correction, correction_value
from app.components.viewer import viewer, viewer_value
from tests.browser.components.stage import example_prediction, served
from tests.browser.reading import check_reading

pytestmark = pytest.mark.browser
LONG = (
    "headbanging",
    "springboard diving",
    "playing squash or racquetball",
    "contact juggling",
    "drumming fingers absentmindedly",
)


@pytest.fixture
def url(counted_video: Path) -> Iterator[str]:
    prediction = example_prediction(scores=(0.3, 0.2, 0.1, 0.04, 0.004))
    top = tuple(
        replace(score, label=label) for score, label in zip(prediction.top, LONG, strict=True)
    )
    prediction = replace(prediction, top=top)

    def build() -> gr.Blocks:
        with gr.Blocks() as blocks:
            viewer(
                viewer_value(
                    prediction,
                    video_id=1,
                    name="v_SpringboardDiving_g01_c01_recording.mp4",
                    src="/video.mp4",
                )
            )
            correction(
                correction_value(
                    prediction,
                    video_id=1,
                    video_name="a.mp4",
                    prediction_id=1,
                    labels=LONG,
                ),
                save=lambda *_: {},
                undo=lambda *_: {},
            )
        return blocks

    with served(build, counted_video) as address:
        yield address


def test_no_word_is_broken(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_text("springboard diving").first.wait_for()
    check_reading(page)
