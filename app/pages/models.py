"""The Models page: which models there are, getting one, letting one answer."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.components.shelf import getting, shelf
from app.pages.models_desk import ModelsDesk
from app.pages.parts.page_errors import plain
from app.workflow.services import Services

POLL_S = 1.0
INTRODUCTION = (
    "Which model answers, and which others are available. A download goes on if you close this"
    " page. Earlier answers stay, with the model that gave them."
)


def models_page(page: gr.Blocks, services: Services) -> None:
    """Builds the page. Its state is in the database, so it may be closed and opened at any time."""
    desk = ModelsDesk(services)
    gr.Markdown(INTRODUCTION)
    arriving = getting()
    with gr.Row():
        stop = gr.Button("Stop fetching", variant="stop", visible=False, scale=0)
    listed = shelf()
    timer = gr.Timer(POLL_S, active=False)
    # New with each showing of the buttons, so that pressing one twice is one order.
    order = gr.State("")
    outputs = [arriving, stop, listed, timer, order]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

    page.load(desk.opened, None, outputs, **quiet)
    timer.tick(desk.polled, None, outputs, **quiet)
    stop.click(desk.stopped, None, outputs, **quiet)
    listed.get_model(plain(desk.asked), order, outputs, trigger_mode="once", **quiet)
    listed.let_answer(plain(desk.chosen), None, outputs, trigger_mode="once", **quiet)
