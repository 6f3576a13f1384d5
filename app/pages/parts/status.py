"""One line on every page for as long as the model is not ready to answer."""

from __future__ import annotations

import gradio as gr

from app.pages.parts.slow_action import QUIET, Values
from app.workflow.services import Services

POLL_S = 2.0


def status_line(page: gr.Blocks, services: Services) -> None:
    """Builds the line on `page`; it asks again until the model is ready."""
    line = gr.Markdown("The model is warming up; this takes a few seconds.", elem_id="status")
    timer = gr.Timer(POLL_S)

    def status() -> Values:
        now = services.lanes.answers.status or services.models.status()
        return {
            line: "" if now.state == "ready" else now.note,
            timer: gr.Timer(active=now.state == "warming up"),
        }

    timer.tick(status, None, [line, timer], **QUIET)
    page.load(status, None, [line, timer], **QUIET)
