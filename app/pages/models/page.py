"""The Models page: which models there are, getting one, letting one answer."""

from __future__ import annotations

import gradio as gr

from app.components.models import getting, shelf
from app.pages.models.handlers import ModelsHandlers
from app.pages.parts.job_watch import job_watch
from app.workflow.models.fetch_job import KIND
from app.workflow.services import Services

INTRODUCTION = (
    "Which model answers, and which others are available. A download goes on if you close this"
    " page. Earlier answers stay, with the model that gave them."
)


def models_page(page: gr.Blocks, services: Services) -> None:
    """Builds the page. Its state is in the database, so it may be closed and opened at any time."""
    gr.Markdown(INTRODUCTION)
    arriving = getting()
    with gr.Row():
        stop = gr.Button("Stop fetching", variant="stop", visible=False, scale=0)
    listed = shelf()
    handlers = ModelsHandlers(services, listed)
    watch = job_watch(
        page, services, KIND,
        news=arriving, stop=stop, show=handlers.news, rest=handlers.rest, outputs=[listed],
    )  # fmt: skip
    watch.on(listed.get_model, handlers.get, [watch.order], trigger_mode="once")
    watch.on(listed.let_answer, handlers.choose, trigger_mode="once")
