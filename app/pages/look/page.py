"""The first page: bring a video, see the answer, say whether it is right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.components.adding import add_button, batches, drop_area, uploads
from app.components.correction import correction
from app.components.deleting import delete_button
from app.components.guide import guide
from app.components.progress import progress
from app.components.queue import queue_bar
from app.components.recalled import recalled
from app.components.recorder import recorder
from app.components.viewer import viewer
from app.pages.look import values as showing
from app.pages.look.freeze_check import checking_part
from app.pages.look.handlers import LookHandlers, Parts
from app.pages.look.takeaway import takeaway_panel
from app.pages.parts.slow_action import QUIET, Does, SlowAction, stop_update
from app.pages.videos.deletion import deleting
from app.pages.videos.queue import queue_of
from app.workflow.services import Services
from app.workflow.similarity.recall import Recall
from app.workflow.videos.examples.rendering import still
from app.workflow.videos.examples.scenes import Scene, scenes
from model.video.containers import ENDINGS

ACCEPTED = [*ENDINGS, ".zip"]
FINER = "More detailed timeline"


def look_page(
    page: gr.Blocks, services: Services, recall: Recall | None, *, head: gr.Row, at_once: int
) -> None:
    """Builds the page. Without `recall` it does not say what people called similar videos.

    `head` is the row that the page begins with; `at_once` files of a selection are sent at a time.
    """
    with head:
        queue_bar(partial(queue_of, services), lambda video: handlers.ahead(video))
        add_button()
    with gr.Column(elem_id="bring"):
        with gr.Tabs(overflow_behavior="wrap"):
            with gr.Tab("Upload"):
                drop_area(accepted=ACCEPTED)
            with gr.Tab("Record"):
                camera = recorder()
        with gr.Row(elem_id="examples"):
            examples = [(_example(scene, services.scratch), scene) for scene in scenes()]
    brought = _uploads(services, at_once)
    many = batches()
    with gr.Column(elem_id="under-way"):  # stays in sight, wherever the work was asked for
        news = progress()
        with gr.Row():
            cancel = gr.Button("Stop", variant="stop", visible=False, elem_id="cancel")
            look = gr.Button(
                "Look at this video now", variant="primary", visible=False, elem_id="look"
            )
    with gr.Column(elem_id="workbench"):
        shown = viewer()
        panel = correction(
            save=partial(showing.save, services), undo=partial(showing.take_back, services)
        )
        people = recalled()
    finer = gr.Button(FINER, size="sm", visible=False, elem_id="finer")
    number = gr.Number(visible="hidden", elem_id="video-number", precision=0)
    answer_id = gr.Number(visible="hidden", elem_id="answer-number", precision=0)
    take_away = takeaway_panel(services, answer_id)
    check = checking_part(services, answer_id)
    delete_button(deleting(services))
    way = guide()
    parts = Parts(news, shown, panel, number, cancel, look, people, finer, answer_id, way)
    handlers = LookHandlers(services, parts, recall)
    last = QUIET | {"trigger_mode": "always_last"}
    answered = [
        page.load(handlers.opened, None, parts.all, **QUIET),
        brought.opened(handlers.chosen, None, parts.all, **last),
        many.opened(handlers.chosen, None, parts.all, **last),
        news.arrived(handlers.chosen, None, parts.all, **last),
        way.turned(handlers.turned, None, parts.all, **last),
        *_storing(handlers, camera, examples),
    ]
    for answer in answered:
        answer.then(handlers.recalled, number, people, **QUIET)
        check(answer)
        take_away(answer)
    look.click(handlers.again, number, parts.all, **QUIET)
    finer.click(handlers.finer, number, parts.all, **QUIET)
    cancel.click(handlers.stop, number, cancel, queue=False, **QUIET)


def _example(scene: Scene, scratch: Path) -> gr.Button:
    """The button that opens an example, with a picture of it."""
    return gr.Button(f"Example: {scene.title}", icon=still(scene, scratch / "examples"))


def _storing(
    handlers: LookHandlers, camera: Any, examples: Sequence[tuple[gr.Button, Scene]]
) -> list[Any]:
    """Lets a recording and the examples be stored, one at a time; the events after which they are.

    The Stop of the video on the page would not stop that, so it is hidden meanwhile.
    """
    parts = handlers.parts
    brings = SlowAction(parts.progress, first="Storing the video")
    hidden = {parts.stop: stop_update(shown=False)}
    turns: dict[str, Any] = {"concurrency_id": "bring", "trigger_mode": "multiple"}
    record = Does(
        handlers.keep_recording, handlers.show, when=handlers.is_recorded, meanwhile=hidden
    )
    recorded = brings.on(camera.recorded, record, [camera], parts.all, **turns)
    return [recorded] + [
        brings.on(
            button.click,
            Does(handlers.keeper_of(scene), handlers.show, meanwhile=hidden),
            outputs=parts.all,
            **turns,
        )
        for button, scene in examples
    ]


def _uploads(services: Services, at_once: int) -> gr.HTML:
    return uploads(
        at_once=at_once,
        most_bytes=services.limits.max_bytes,
        most_archive_bytes=services.bringing.max_bytes,
    )
