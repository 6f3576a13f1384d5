"""Under the viewer: the answer as a film, as a table and as arrays, to keep and to pass on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.components.progress import progress
from app.pages.parts import watching as doing
from app.pages.parts.page_errors import plain
from app.pages.parts.stops import Stops
from app.pages.parts.watching import EXPECTED, Failed, Finished, Stopped, watched
from app.workflow.answers import explain, takeaway
from app.workflow.answers.drawing.view import Asked
from app.workflow.services import Services
from model.inference.prediction import OnProgress

log = logging.getLogger(__name__)
Update = tuple[Any, ...]
"""New values of: progress, film button, stop button, file."""

AS_SHOWN = "as shown above"
MAKING = "Painting the film, picture by picture."
STOPPED = "Stopped. There is no film."
WORDS = (
    "A film shows the video with the heat map and the curve (MP4, without sound). The table has a "
    "row for each moment. The arrays hold everything, for programs."
)
# Which class the viewer shows, and against what, is known to the page alone.
SHOWN = """(answer, of, against) => {
  const classes = [...document.querySelectorAll('#viewer [role=radio]')];
  const row = classes.findIndex((one) => one.getAttribute('aria-checked') === 'true');
  const rather = document.querySelector('#viewer .sl-view-select')?.value;
  return [answer, of || String(Math.max(row, 0)), against || rather || 'others'];
}"""


@dataclass(frozen=True, slots=True)
class Takeaway:
    """The panel's handlers."""

    services: Services
    stops: Stops = field(default_factory=Stops)

    def offered(self, answer_id: float | None) -> Update:
        """The panel for the answer on the page: new values of panel, both choices and file."""
        nothing = gr.update(visible=False), gr.skip(), gr.skip(), gr.skip()
        if not answer_id:
            return nothing
        try:
            answer = explain.find(self.services, int(answer_id))
        except EXPECTED as error:
            log.warning("nothing can be taken away: %s", error)
            return nothing
        labels = [(score.label, str(row)) for row, score in enumerate(answer.prediction.top)]
        others = [("the other guesses", "others"), *labels, ("nothing: by itself", "all")]
        return (
            gr.update(visible=True),
            gr.update(choices=[(AS_SHOWN, ""), *labels], value=""),
            gr.update(choices=[(AS_SHOWN, ""), *others], value=""),
            gr.update(visible=False, value=None),
        )

    def film(
        self, answer_id: float, of: str, against: str, request: gr.Request
    ) -> Iterator[Update]:
        """Makes the film; `of` and `against` are what the choices say."""
        with self.stops.listening(str(request.session_hash)) as stop:
            yield _update(progress=doing.waiting(MAKING), running=True)
            work = partial(self._film, answer_id, of, against)
            for step in watched(work, stop=stop):
                match step:
                    case Finished(path):
                        yield _update(file=gr.update(value=str(path), visible=True))
                    case Failed(sentence):
                        yield _update(progress=doing.failed(sentence))
                    case Stopped():
                        yield _update(progress=doing.noted(STOPPED))
                    case _:
                        yield _update(progress=step | {"sentence": MAKING}, running=True)

    def stop(self, request: gr.Request) -> dict[str, Any]:
        """What the Stop button does; the work itself then says that it was stopped."""
        self.stops.stop(str(request.session_hash))
        return gr.update(interactive=False, value="Stopping")

    def sheet(self, kind: takeaway.Sheet, answer_id: float) -> dict[str, Any]:
        """Makes the table or the arrays. Raises `NotFoundError`."""
        path = takeaway.sheet(self.services, explain.find(self.services, int(answer_id)), kind)
        return gr.update(value=str(path), visible=True)

    def _film(self, answer_id: float, of: str, against: str, on_progress: OnProgress) -> Path:
        answer = explain.find(self.services, int(answer_id))
        asked = asked_for(of, against, len(answer.prediction.top))
        return takeaway.film(self.services, answer, asked, on_progress)


def takeaway_panel(services: Services, answer_id: gr.Number) -> Callable[[Any], Any]:
    """Builds the panel; call what it returns with every event that may bring a new answer.

    `answer_id` holds the number of the answer that is shown.
    """
    desk = Takeaway(services)
    with gr.Accordion("Take it with you", open=False, visible=False, elem_id="takeaway") as panel:
        gr.Markdown(WORDS)
        with gr.Row():
            of = gr.Dropdown(
                label="A film of what speaks for", min_width=240, elem_id="takeaway-of"
            )
            against = gr.Dropdown(label="rather than", min_width=240, elem_id="takeaway-against")
        with gr.Row():
            film = gr.Button("Film (MP4)", variant="primary", elem_id="takeaway-film")
            numbers = gr.Button("Table (CSV)", elem_id="takeaway-csv")
            arrays = gr.Button("Arrays (npz)", elem_id="takeaway-npz")
        news = progress(elem_id="takeaway-progress")
        stop = gr.Button("Stop", variant="stop", visible=False, elem_id="takeaway-stop")
        file = gr.File(label="Your file", visible=False, elem_id="takeaway-file")
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    film.click(
        desk.film, [answer_id, of, against], [news, film, stop, file],
        js=SHOWN, concurrency_id="film", concurrency_limit=1, **quiet,
    )  # fmt: skip
    stop.click(desk.stop, None, stop, queue=False, **quiet)
    sheets: list[tuple[gr.Button, takeaway.Sheet]] = [(numbers, "csv"), (arrays, "npz")]
    for button, kind in sheets:
        button.click(plain(partial(desk.sheet, kind)), answer_id, file, api_visibility="private")
    return lambda event: event.then(desk.offered, answer_id, [panel, of, against, file], **quiet)


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
