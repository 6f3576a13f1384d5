"""The Teach page: what there is to learn from, one button, how it goes, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from app.components.teaching import lesson, readiness, version_list
from app.pages.parts.page_errors import plain
from app.pages.teaching_desk import TeachingDesk
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from model.learning.lesson import Scope

POLL_S = 1.0
INTRODUCTION = (
    "Teach the model what people have confirmed and corrected. Some of the videos are kept for"
    " checking. The model in use stays until you switch to the new version, and you can always go"
    " back."
)
MODES: Mapping[Scope, str] = {
    "head": "The names only: about a second a video",
    "last-stage": "The names and the last layers: somewhat longer",
    "end-to-end": "Everything: long without a graphics card",
}
MODE_HINT = (
    "Begin with the first. The more of the model learns, the more it may also forget;"
    " what it forgot of the videos kept for checking shows under Broken."
)


def teach_page(page: gr.Blocks, services: Services, likeness: Likeness) -> None:
    """Builds the page. Its state is in the database, so it may be closed and opened at any time."""
    desk = TeachingDesk(services, likeness)
    gr.Markdown(INTRODUCTION)
    counts = readiness()
    mode = gr.Radio(
        [(words, scope) for scope, words in MODES.items()],
        value="head",
        label="How much of it should learn?",
        info=MODE_HINT,
        elem_id="teach-mode",
    )
    running = lesson()  # where the button was when it was pressed
    with gr.Row():
        begin = gr.Button("Teach it", variant="primary", interactive=False, elem_id="teach-it")
        stop = gr.Button("Stop", variant="stop", visible=False, elem_id="teach-stop")
    gr.Markdown("## Versions")
    listed = version_list()
    timer = gr.Timer(POLL_S, active=False)
    # New with each showing of the button, so that pressing it twice is one order.
    order = gr.State("")
    outputs = [counts, begin, stop, running, listed, timer, order]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

    page.load(desk.opened, None, outputs, **quiet)
    timer.tick(desk.polled, None, outputs, **quiet)
    begin.click(plain(desk.begun), [order, mode], outputs, trigger_mode="once", **quiet)
    stop.click(plain(desk.stopped), None, outputs, **quiet)
    listed.promote(plain(desk.promoted), None, outputs, **quiet)
