"""The page that compares methods: one answer, the curves that each draws, what each can say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gradio as gr

from app.components.methods import methods_comparison, methods_value
from app.components.progress import progress
from app.pages.parts import watching as doing
from app.pages.parts.stops import Stops
from app.pages.parts.watching import EXPECTED, Failed, Finished, Stopped, watched
from app.workflow.errors import UnknownVideo
from app.workflow.faithfulness import other_methods
from app.workflow.faithfulness.other_methods import Compared
from app.workflow.services import Services

Update = tuple[Any, ...]
"""New values of: progress, comparison, start button, stop button."""
NUMBER = re.compile("[0-9]{1,18}")  # what the database can count to
INCOMPLETE = "This link does not say which video and which version's answer to look into."
ADVICE = "Open a video and follow the link below its answer."


def methods_page(page: gr.Blocks, services: Services) -> None:
    """Builds the page. What it shows is in its address: `?video=3&version=SHA`."""
    desk = MethodsDesk(services)
    news = progress()
    with gr.Row():
        start = gr.Button(
            "Run the other methods", visible=False, variant="primary", elem_id="methods-start"
        )
        cancel = gr.Button("Stop", visible=False, variant="stop", elem_id="methods-stop")
    shown = methods_comparison()
    outputs = [news, shown, start, cancel]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    page.load(desk.opened, None, outputs, **quiet)
    start.click(desk.compare, None, outputs, concurrency_id="gpu", concurrency_limit=1, **quiet)
    cancel.click(desk.stop, None, cancel, queue=False, **quiet)


@dataclass(frozen=True, slots=True)
class MethodsDesk:
    """The handlers of the page. Each yields or returns an `Update`."""

    services: Services
    stops: Stops = field(default_factory=Stops)

    def opened(self, request: gr.Request) -> Update:
        """Shows what is stored, or says what is wrong with the address."""
        try:
            return _show(self._asked(request), start_at=_seconds(request))
        except EXPECTED as error:
            hidden = gr.update(visible=False)
            return doing.failed(f"{error} {ADVICE}"), None, hidden, hidden

    def compare(self, request: gr.Request) -> Iterator[Update]:
        """Asks all methods, which takes about as long as a dozen looks."""
        found = self._asked(request)
        work = partial(other_methods.compare, self.services, found.answer)
        with self.stops.listening(str(request.session_hash)) as stop:
            for step in watched(work, stop=stop):
                match step:
                    case Finished(compared):
                        yield _show(compared)
                    case Failed(sentence):
                        yield (doing.failed(sentence), *_show(found)[1:])
                    case Stopped(sentence):
                        yield (doing.noted(sentence), *_show(found)[1:])
                    case _:
                        yield step, gr.skip(), gr.update(visible=False), gr.update(visible=True)

    def stop(self, request: gr.Request) -> dict[str, Any]:
        """What the Stop button does; the work itself then says that it was stopped."""
        self.stops.stop(str(request.session_hash))
        return gr.update(interactive=False, value="Stopping")

    def _asked(self, request: gr.Request) -> Compared:
        """What the address asks for. Raises `UnknownVideo`, `UnknownModel`."""
        number, version = (request.query_params.get(name) for name in ("video", "version"))
        if not (number and NUMBER.fullmatch(number) and version):
            raise UnknownVideo(INCOMPLETE)
        return other_methods.find(self.services, int(number), version=version)


def _show(compared: Compared, *, start_at: float | None = None) -> Update:
    return (
        None,
        methods_value(compared, start_at=start_at),
        gr.update(visible=not compared.methods),
        gr.update(visible=False, interactive=True, value="Stop"),
    )


def _seconds(request: gr.Request) -> float | None:
    try:
        return max(float(request.query_params.get("t", "")), 0.0)
    except ValueError:
        return None
