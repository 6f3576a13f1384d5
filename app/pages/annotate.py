"""The first page: bring a video, see the answer, say whether it is right."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.components.correction import correction
from app.components.progress import progress
from app.components.recorder import recorder
from app.components.viewer import viewer
from app.pages import doing, showing
from app.pages.doing import Failed, Finished, watched
from app.workflow import explain, ingest
from app.workflow.errors import UnknownVideo
from app.workflow.examples.rendering import rendered
from app.workflow.examples.scenes import Scene, scenes
from app.workflow.services import Services
from storage.videos import VideoRecord

ACCEPTED = [".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".gif", ".3gp"]
SHOW_ADDRESS = "(id) => { if (id) history.replaceState(null, '', '?video=' + id) }"
Update = tuple[Any, ...]  # progress, viewer, correction, video number, cancel, look


def annotate_page(page: gr.Blocks, services: Services) -> None:
    """Builds the page."""
    with gr.Row(equal_height=False, elem_id="bring"), gr.Tabs():
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
    news = progress()
    with gr.Row():
        cancel = gr.Button("Stop", variant="stop", visible=False, elem_id="cancel")
        look = gr.Button("Look at this video now", variant="primary", visible=False, elem_id="look")
    shown = viewer()
    panel = correction(
        save=partial(showing.save, services), undo=partial(showing.take_back, services)
    )
    number = gr.Number(visible="hidden", elem_id="video-number", precision=0)
    outputs = [news, shown, panel, number, cancel, look]

    uploaded = upload.upload(
        partial(_uploaded, services),
        upload,
        outputs,
        **_quiet("gpu"),
    ).then(lambda: None, None, upload, api_visibility="private", show_progress="hidden")
    recorded = camera.recorded(partial(_recorded, services), None, outputs, **_quiet("gpu"))
    started = [
        button.click(partial(_example, services, scene), None, outputs, **_quiet("gpu"))
        for button, scene in examples
    ]
    again = look.click(partial(_again, services), number, outputs, **_quiet("gpu"))
    cancel.click(_stopped, None, outputs, cancels=[uploaded, recorded, again, *started], **_quiet())
    number.change(None, number, None, js=SHOW_ADDRESS, api_visibility="private")
    page.load(partial(_opened, services), None, outputs, **_quiet())


def _quiet(group: str | None = None) -> dict[str, Any]:
    """Options of an event that shows its own progress; a `group` runs one at a time."""
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    if group is not None:
        options |= {"concurrency_id": group, "concurrency_limit": 1, "trigger_mode": "multiple"}
    return options


def _uploaded(services: Services, files: list[str] | None, request: gr.Request) -> Iterator[Update]:
    paths = [Path(file) for file in files or ()]
    for position, path in enumerate(paths, start=1):
        about = f"{path.name} ({position} of {len(paths)})" if len(paths) > 1 else ""
        yield from _bring(services, path, request, about=about)


def _recorded(services: Services, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
    name = time.strftime("Recording of %Y-%m-%d at %H.%M.%S")
    yield from _bring(services, Path(event.path), request, name=name)


def _example(services: Services, scene: Scene, request: gr.Request) -> Iterator[Update]:
    path = rendered(scene, services.scratch / "examples")
    yield from _bring(services, path, request, name=f"Example: {scene.title}")


def _bring(
    services: Services, path: Path, request: gr.Request, *, name: str = "", about: str = ""
) -> Iterator[Update]:
    """Stores a file, says its number as soon as it has one, then answers for it."""
    by = getattr(request, "username", None) or ""
    upload = ingest.Upload(path, name or path.name, by)
    yield _update(progress=doing.waiting("Storing the video"), running=True)
    for step in watched(partial(ingest.store, services, upload), about=about):
        match step:
            case Finished(added):
                yield _update(number=added.video.id, running=True)
                yield from _answer(services, added.video, about=about)
            case Failed(sentence):
                yield _update(progress=doing.failed(sentence), running=False)
            case _:
                yield _update(progress=step, running=True)


def _answer(services: Services, video: VideoRecord, *, about: str = "") -> Iterator[Update]:
    work = partial(explain.explain, services, video)
    for step in watched(work, about=about):
        match step:
            case Finished(answer):
                yield _show(services, answer)
            case Failed(sentence):
                yield _update(progress=doing.failed(sentence), running=False, can_look=True)
            case _:
                yield _update(progress=step, running=True)


def _again(services: Services, number: float) -> Iterator[Update]:
    yield from _answer(services, ingest.find(services, int(number)))


def _opened(services: Services, request: gr.Request) -> Update:
    """What a link such as `/?video=12&t=3.2` shows."""
    asked = request.query_params.get("video")
    if not asked:
        return _update(running=False)
    try:
        number = int(asked)
        answer = explain.latest(services, number)
    except (ValueError, UnknownVideo):
        sentence = "This link leads to a video that is not here. Choose one from the list."
        return _update(progress=doing.failed(sentence), running=False)
    if answer is None:
        sentence = "This video is stored, but nothing has looked at it yet."
        return _update(progress=doing.failed(sentence), number=number, running=False, can_look=True)
    return _show(services, answer, start_at=_seconds(request.query_params.get("t")))


def _stopped() -> Update:
    sentence = "Stopped. What was stored is in the list of videos."
    return _update(progress=doing.failed(sentence), running=False)


def _show(services: Services, answer: explain.Answer, *, start_at: float | None = None) -> Update:
    current = services.models.active_version()
    return (
        doing.ended(f"Ready: {answer.video.name}"),
        showing.viewer_of(answer, start_at=start_at),
        showing.correction_of(services, answer),
        answer.video.id,
        gr.update(visible=False),
        gr.update(
            visible=current != answer.prediction.version,
            value="Look again with the model in use now",
        ),
    )


def _update(
    *,
    running: bool,
    progress: dict[str, Any] | None = None,
    number: int | None = None,
    can_look: bool = False,
) -> Update:
    return (
        gr.skip() if progress is None else progress,
        gr.skip(),
        gr.skip(),
        gr.skip() if number is None else number,
        gr.update(visible=running),
        gr.update(visible=can_look, value="Look at this video now"),
    )


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else max(float(text), 0.0)
    except ValueError:
        return None
