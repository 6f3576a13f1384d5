"""One line on every page for as long as the model is not ready to answer."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from app.workflow.services import Services

POLL_S = 2.0


def status_line(page: gr.Blocks, services: Services) -> None:
    """Builds the line on `page`; it asks again until the model is ready."""
    line = gr.Markdown("The model is warming up; this takes a few seconds.", elem_id="status")
    timer = gr.Timer(POLL_S)
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    timer.tick(partial(_status, services), None, [line, timer], **options)
    page.load(partial(_status, services), None, [line, timer], **options)


def _status(services: Services) -> tuple[str, Any]:
    status = services.lanes.answers.status or services.models.status()
    return "" if status.state == "ready" else status.note, gr.Timer(
        active=status.state == "warming up"
    )
