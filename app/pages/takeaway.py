"""Under the viewer: the answer as a film, as a table and as arrays, to keep and to pass on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.components.progress import progress
from app.pages import doing
from app.pages.doing import Failed, Finished, watched
from app.pages.errors import plain
from app.pages.stops import Stops
from app.workflow import explain, takeaway, versions
from app.workflow.drawing.view import Asked
from app.workflow.errors import UnknownModel, UnknownVideo
from app.workflow.services import Services
from model.inference.prediction import OnProgress

Update = tuple[Any, ...]
"""New values of: progress, film button, stop button, file."""
Offered = tuple[int, str]
"""The answer that the panel is about: the video's number and the model's SHA-256."""

AS_SHOWN = "as shown above"
MAKING = "Painting the film, picture by picture."
STOPPED = "Stopped. There is no film."
GONE = "Open the video again: what was to be taken away is no longer here."
WORDS = (
    "A film shows the video with the heat map and the curve (MP4, without sound). The table has a "
    "row for each moment. The arrays hold everything, for programs."
)
# What the viewer shows is known to the page alone. A link may have asked for a version's answer.
SHOWN = """(kept, of, against) => {
  const classes = [...document.querySelectorAll('#viewer [role=radio]')];
  const row = classes.findIndex((one) => one.getAttribute('aria-checked') === 'true');
  const rather = document.querySelector('#viewer .sl-view-select')?.value;
  return [kept, of || String(Math.max(row, 0)), against || rather || 'others'];
}"""
VERSION = """(number) =>
  [number, new URLSearchParams(location.search).get('version') ?? '']"""


@dataclass(frozen=True, slots=True)
class Takeaway:
    """The panel's handlers."""

    services: Services
    stops: Stops = field(default_factory=Stops)

    def offered(self, number: float | None, version: str) -> Update:
        """The panel for the answer on the page: new values of panel, answer, and both choices."""
        answer = self._latest(number, version)
        if answer is None:
            return gr.update(visible=False), None, gr.skip(), gr.skip()
        labels = [(score.label, str(row)) for row, score in enumerate(answer.prediction.top)]
        others = [("the other guesses", "others"), *labels, ("nothing: by itself", "all")]
        return (
            gr.update(visible=True),
            (answer.video.id, answer.prediction.version),
            gr.update(choices=[(AS_SHOWN, ""), *labels], value=""),
            gr.update(choices=[(AS_SHOWN, ""), *others], value=""),
        )

    def film(
        self, kept: Offered | None, of: str, against: str, request: gr.Request
    ) -> Iterator[Update]:
        """Makes the film; `of` and `against` are what the choices say."""
        yield _update(progress=doing.waiting(MAKING), running=True)
        with self.stops.listening(str(request.session_hash)) as stop:
            work = partial(self._film, kept, of, against)
            for step in watched(work, stop=stop):
                match step:
                    case Finished(path):
                        yield _update(file=gr.update(value=str(path), visible=True))
                    case Failed(sentence):
                        said = STOPPED if stop.is_set() else sentence
                        yield _update(progress=doing.failed(said))
                    case _:
                        yield _update(progress=step | {"sentence": MAKING}, running=True)

    def stop(self, request: gr.Request) -> dict[str, Any]:
        """What the Stop button does; the work itself then says that it was stopped."""
        self.stops.stop(str(request.session_hash))
        return gr.update(interactive=False, value="Stopping")

    def sheet(self, kind: takeaway.Sheet, kept: Offered | None) -> dict[str, Any]:
        """Makes the table or the arrays. Raises `UnknownVideo`."""
        path = takeaway.sheet(self.services, self._answer(kept), kind)
        return gr.update(value=str(path), visible=True)

    def _film(
        self, kept: Offered | None, of: str, against: str, on_progress: OnProgress
    ) -> Path:
        answer = self._answer(kept)
        asked = asked_for(of, against, len(answer.prediction.top))
        return takeaway.film(self.services, answer, asked, on_progress)

    def _answer(self, kept: Offered | None) -> explain.Answer:
        """Raises `UnknownVideo`, `UnknownModel`."""
        found = self._latest(*kept) if kept else None
        if found is None:
            raise UnknownVideo(GONE)
        return found

    def _latest(self, number: float | None, version: str) -> explain.Answer | None:
        """The newest answer of a version, or of any; None if there is none."""
        if not number:
            return None
        try:
            of = versions.find(self.services, version).id if version else None
            return explain.latest(self.services, int(number), version_id=of)
        except (UnknownModel, UnknownVideo):
            return None


def takeaway_panel(services: Services, number: gr.Number) -> Callable[[Any], Any]:
    """Builds the panel; call what it returns with every event that may bring a new answer.

    `number` holds the number of the video on the page.
    """
    desk = Takeaway(services)
    kept = gr.State()
    with gr.Accordion("Take it with you", open=False, visible=False, elem_id="takeaway") as panel:
        gr.Markdown(WORDS)
        with gr.Row():
            of = gr.Dropdown(label="A film of what speaks for", elem_id="takeaway-of")
            against = gr.Dropdown(label="rather than", elem_id="takeaway-against")
        with gr.Row():
            film = gr.Button("Film (MP4)", variant="primary", elem_id="takeaway-film")
            numbers = gr.Button("Table (CSV)", elem_id="takeaway-csv")
            arrays = gr.Button("Arrays (npz)", elem_id="takeaway-npz")
        news = progress(elem_id="takeaway-progress")
        stop = gr.Button("Stop", variant="stop", visible=False, elem_id="takeaway-stop")
        file = gr.File(label="Your file", visible=False, elem_id="takeaway-file")
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    film.click(
        desk.film, [kept, of, against], [news, film, stop, file],
        js=SHOWN, concurrency_id="film", concurrency_limit=1, **quiet,
    )  # fmt: skip
    stop.click(desk.stop, None, stop, queue=False, **quiet)
    sheets: list[tuple[gr.Button, takeaway.Sheet]] = [(numbers, "csv"), (arrays, "npz")]
    for button, kind in sheets:
        button.click(plain(partial(desk.sheet, kind)), kept, file, api_visibility="private")
    version = gr.Textbox(visible="hidden")
    return lambda event: event.then(
        desk.offered, [number, version], [panel, kept, of, against], js=VERSION, **quiet
    )


def asked_for(of: str, against: str, classes: int) -> Asked:
    """What the choices say, as far as the answer has it; else the first class over the others."""
    row = int(of) if of.isdecimal() and int(of) < classes else 0
    if against == "all":
        return Asked(row, "nothing")
    if against.isdecimal() and int(against) < classes and int(against) != row:
        return Asked(row, int(against))
    return Asked(row)


def _update(
    *,
    progress: dict[str, Any] | None = None,
    running: bool = False,
    file: dict[str, Any] | None = None,
) -> Update:
    """Without `progress` none is shown any more. While work is under way Stop may say more."""
    idle = gr.update(visible=False, interactive=True, value="Stop")
    return (
        progress,
        gr.update(interactive=not running),
        gr.update(visible=True) if running else idle,
        gr.skip() if file is None else file,
    )
