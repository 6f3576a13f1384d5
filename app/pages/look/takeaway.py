"""Under the viewer: the answer as a film, as a table and as arrays, to keep and to pass on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.pages.parts.page_errors import plain
from app.pages.parts.slow_action import QUIET, Values, slow_action
from app.pages.parts.watching import EXPECTED
from app.workflow.answers import explain, takeaway
from app.workflow.answers.drawing.view import Asked
from app.workflow.services import Services
from model.inference.prediction import OnProgress

log = logging.getLogger(__name__)
AS_SHOWN = "as shown above"
MAKING = "Painting the film, picture by picture."
STOPPED = "Stopped. There is no film."
WORDS = (
    "The video with heat map and curve has no sound. The table has a row for each moment. The raw "
    "data hold everything, for programs."
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
    """The panel's handlers, and the parts that they change."""

    services: Services
    panel: gr.Accordion
    of: gr.Dropdown
    against: gr.Dropdown
    file: gr.File

    def offered(self, answer_id: float | None) -> Values:
        """The panel for the answer on the page."""
        if not answer_id:
            return {self.panel: gr.update(visible=False)}
        try:
            scores = explain.find_record(self.services, int(answer_id)).scores
        except EXPECTED as error:
            log.warning("nothing can be taken away: %s", error)
            return {self.panel: gr.update(visible=False)}
        labels = [(score.label, str(row)) for row, score in enumerate(scores)]
        others = [("the other guesses", "others"), *labels, ("nothing: by itself", "all")]
        return {
            self.panel: gr.update(visible=True),
            self.of: gr.update(choices=[(AS_SHOWN, ""), *labels], value=""),
            self.against: gr.update(choices=[(AS_SHOWN, ""), *others], value=""),
            self.file: gr.update(visible=False, value=None),
        }

    def film(
        self,
        request: gr.Request,
        answer_id: float,
        of: str,
        against: str,
        on_progress: OnProgress,
    ) -> Path:
        """Makes the film; `of` and `against` are what the choices say."""
        del request
        answer = explain.find(self.services, int(answer_id))
        asked = asked_for(of, against, len(answer.prediction.top))
        return takeaway.film(self.services, answer, asked, on_progress)

    def sheet(self, kind: takeaway.Sheet, answer_id: float) -> Values:
        """Makes the table or the arrays. Raises `NotFoundError`."""
        answer = explain.find(self.services, int(answer_id))
        return self.show(takeaway.sheet(self.services, answer, kind))

    def show(self, path: Path) -> Values:
        """The file to fetch."""
        return {self.file: gr.update(value=str(path), visible=True)}


def takeaway_panel(services: Services, answer_id: gr.Number) -> Callable[[Any], Any]:
    """Builds the panel; call what it returns with every event that may bring a new answer.

    `answer_id` holds the number of the answer that is shown.
    """
    with gr.Accordion("Download", open=False, visible=False, elem_id="takeaway") as panel:
        gr.Markdown(WORDS)
        with gr.Row():
            of = gr.Dropdown(label="Evidence for", min_width=240, elem_id="takeaway-of")
            against = gr.Dropdown(label="compared with", min_width=240, elem_id="takeaway-against")
        with gr.Row():
            painter = gr.Button(
                "Video with heat map (MP4)", variant="primary", elem_id="takeaway-film"
            )
            numbers = gr.Button("Table (CSV)", elem_id="takeaway-csv")
            arrays = gr.Button("Raw data (npz)", elem_id="takeaway-npz")
        film = slow_action(painter, "takeaway", is_kept=True, saying=MAKING, stopped=STOPPED)
        file = gr.File(label="Your file", visible=False, elem_id="takeaway-file")
    handlers = Takeaway(services, panel, of, against, file)
    film.runs(
        handlers.film,
        handlers.show,
        [answer_id, of, against],
        [file],
        js=SHOWN,
        concurrency_id="film",
    )
    sheets: list[tuple[gr.Button, takeaway.Sheet]] = [(numbers, "csv"), (arrays, "npz")]
    for button, kind in sheets:
        button.click(
            plain(partial(handlers.sheet, kind)), answer_id, file, api_visibility="private"
        )
    return lambda event: event.then(
        handlers.offered, answer_id, [panel, of, against, file], **QUIET
    )


def asked_for(of: str, against: str, classes: int) -> Asked:
    """What the choices say, as far as the answer has it; else the first class over the others."""
    row = int(of) if of.isdecimal() and int(of) < classes else 0
    if against == "all":
        return Asked(row, "nothing")
    if against.isdecimal() and int(against) < classes and int(against) != row:
        return Asked(row, int(against))
    return Asked(row)
