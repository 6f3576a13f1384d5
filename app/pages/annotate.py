"""The first page: bring a video, see the answer, say whether it is right."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from app.components.adding import drop_area, uploads
from app.components.correction import correction
from app.components.deleting import delete_button
from app.components.guide import guide
from app.components.progress import progress
from app.components.recalled import recalled
from app.components.recorder import recorder
from app.components.viewer import viewer
from app.pages import showing
from app.pages.checking import checking_part
from app.pages.deleting import deleting
from app.pages.desk import Desk
from app.pages.takeaway import takeaway_panel
from app.workflow.services import Services
from app.workflow.similarity.recall import Recall
from app.workflow.videos.examples.scenes import scenes
from model.video.containers import ENDINGS

ACCEPTED = list(ENDINGS)
FINER = "More detailed timeline"


def annotate_page(
    page: gr.Blocks, services: Services, recall: Recall | None, *, at_once: int
) -> None:
    """Builds the page. Without `recall` it does not say what people called similar videos.

    `at_once` files of a selection are sent at a time.
    """
    desk = Desk(services, recall)
    with (
        gr.Accordion("Bring a video", open=True, elem_id="bring") as bring,
        gr.Tabs(overflow_behavior="wrap"),
    ):
        with gr.Tab("Upload"):
            drop_area(accepted=ACCEPTED)
        with gr.Tab("Record"):
            camera = recorder()
        with gr.Tab("Try an example"), gr.Row():
            examples = [(gr.Button(scene.title), scene) for scene in scenes()]
    brought = uploads(at_once=at_once, most_bytes=services.limits.max_bytes)
    with gr.Column(elem_id="under-way"):  # stays in sight, wherever the work was asked for
        news = progress()
        with gr.Row():
            cancel = gr.Button("Stop", variant="stop", visible=False, elem_id="cancel")
            look = gr.Button(
                "Look at this video now", variant="primary", visible=False, elem_id="look"
            )
    shown = viewer()
    finer = gr.Button(FINER, size="sm", visible=False, elem_id="finer")
    people = recalled()
    panel = correction(
        save=partial(showing.save, services), undo=partial(showing.take_back, services)
    )
    number = gr.Number(visible="hidden", elem_id="video-number", precision=0)
    answer_id = gr.Number(visible="hidden", elem_id="answer-number", precision=0)
    take_away = takeaway_panel(services, answer_id)
    check = checking_part(services, answer_id)
    delete_button(deleting(services))
    way = guide()
    outputs = [news, shown, panel, number, cancel, look, bring, people, finer, answer_id, way]

    last = _quiet() | {"trigger_mode": "always_last"}
    answered = [
        page.load(desk.opened, None, outputs, **_quiet()),
        brought.opened(desk.chosen, None, outputs, **last),
        news.arrived(desk.chosen, None, outputs, **last),
        way.turned(desk.turned, None, outputs, **last),
        camera.recorded(desk.recorded, camera, outputs, **_quiet("bring")),
    ]
    answered += [
        button.click(desk.opener(scene), None, outputs, **_quiet("bring"))
        for button, scene in examples
    ]
    for answer in answered:
        answer.then(desk.recalled, number, people, **_quiet())
        answer.then(check.desk.opened, answer_id, check.outputs, **_quiet())
        take_away(answer)
    look.click(desk.again, number, outputs, **_quiet())
    finer.click(desk.finer, number, outputs, **_quiet())
    cancel.click(desk.stop, number, cancel, queue=False, **_quiet())


def _quiet(group: str | None = None) -> dict[str, Any]:
    """Options of an event that shows its own progress; a `group` runs one at a time."""
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    if group is not None:
        options |= {"concurrency_id": group, "concurrency_limit": 1, "trigger_mode": "multiple"}
    return options
