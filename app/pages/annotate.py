"""The first page: bring a video, see the answer, say whether it is right."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from app.components.correction import correction
from app.components.deleting import delete_button
from app.components.progress import progress
from app.components.recalled import recalled
from app.components.recorder import recorder
from app.components.viewer import viewer
from app.pages import showing
from app.pages.checking import checking_part
from app.pages.deleting import deleting
from app.pages.desk import Desk
from app.pages.takeaway import takeaway_panel
from app.workflow.examples.scenes import scenes
from app.workflow.recall import Recall
from app.workflow.services import Services

ACCEPTED = [".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".gif", ".3gp"]
# A link may say more about the same video, such as the version whose answer it shows.
SHOW_ADDRESS = """(id) => {
  const shown = new URLSearchParams(location.search).get('video');
  if (id && shown !== String(id)) history.replaceState(null, '', '?video=' + id);
}"""

# Looking again asks the model in use, whichever version the link was about.
ANY_VERSION = """() => {
  const address = new URL(location.href);
  address.searchParams.delete('version');
  history.replaceState(null, '', address);
}"""
FINER = "More detailed timeline"


def annotate_page(page: gr.Blocks, services: Services, recall: Recall | None) -> None:
    """Builds the page. Without `recall` it does not say what people called similar videos."""
    desk = Desk(services, recall)
    with gr.Accordion("Bring a video", open=True, elem_id="bring") as bring, gr.Tabs():
        with gr.Tab("Upload a video"):
            upload = gr.File(
                label="Drop a video here, or click to choose one (MP4, MOV, AVI, MKV, WebM, GIF)",
                file_count="multiple",
                file_types=ACCEPTED,
                height=150,
                elem_id="upload",
            )
        with gr.Tab("Record one"):
            camera = recorder()
        with gr.Tab("Try an example"), gr.Row():
            examples = [(gr.Button(scene.title), scene) for scene in scenes()]
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
    outputs = [news, shown, panel, number, cancel, look, bring, people, finer, answer_id]

    uploaded = upload.upload(desk.uploaded, upload, outputs, **_quiet("gpu"))
    uploaded.then(lambda: None, None, upload, **_quiet())
    answered = [
        uploaded,
        camera.recorded(desk.recorded, camera, outputs, **_quiet("gpu")),
        look.click(desk.again, number, outputs, **_quiet("gpu")),
        finer.click(desk.finer, number, outputs, **_quiet("gpu")),
        page.load(desk.opened, None, outputs, **_quiet()),
    ]
    answered += [
        button.click(desk.opener(scene), None, outputs, **_quiet("gpu"))
        for button, scene in examples
    ]
    for answer in answered:
        answer.then(desk.recalled, number, people, **_quiet())
        answer.then(check.desk.opened, answer_id, check.outputs, **_quiet())
        take_away(answer)
    look.click(None, None, None, js=ANY_VERSION, api_visibility="private")
    cancel.click(desk.stop, None, cancel, queue=False, **_quiet())
    number.change(None, number, None, js=SHOW_ADDRESS, api_visibility="private")


def _quiet(group: str | None = None) -> dict[str, Any]:
    """Options of an event that shows its own progress; a `group` runs one at a time."""
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    if group is not None:
        options |= {"concurrency_id": group, "concurrency_limit": 1, "trigger_mode": "multiple"}
    return options
