"""The Teach page: what there is to learn from, one button, how it goes, what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import gradio as gr

from app.components.teaching import lesson, readiness, version_list
from app.pages.parts.job_watch import job_watch
from app.pages.teach.handlers import TeachHandlers
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from app.workflow.teaching.teach import KIND
from model.learning.finetune_config import Scope

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
    handlers = TeachHandlers(services, likeness, counts, begin, listed)
    watch = job_watch(
        page, services, KIND,
        news=running, stop=stop, show=handlers.news, rest=handlers.rest,
        outputs=[counts, begin, listed],
    )  # fmt: skip
    watch.on(begin.click, handlers.begin, [watch.order, mode], trigger_mode="once")
    watch.on(listed.promote, handlers.promote)
