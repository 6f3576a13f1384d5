"""The Compare page: one video, two versions' answers, one play head. Reached by links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gradio as gr

from app.components.comparison import comparison, comparison_value
from app.components.progress import progress
from app.pages.parts import watching as doing
from app.pages.parts.stops import Stops
from app.pages.parts.watching import EXPECTED, Failed, Finished, Stopped, watched
from app.workflow.comparing import side_by_side
from app.workflow.comparing.side_by_side import Pair
from app.workflow.comparing.walking import way
from app.workflow.errors import UnknownVideo
from app.workflow.services import Services

Update = tuple[Any, ...]
"""New values of: progress, comparison, look button, stop button."""
NUMBER = re.compile("[0-9]{1,18}")  # what the database can count to
INCOMPLETE = "This link does not say which video and which two versions to compare."
ADVICE = "The lists on the page Teach lead to all videos whose answer changed."


def compare_page(page: gr.Blocks, services: Services) -> None:
    """Builds the page. What it shows is in its address: `?video=3&before=SHA&after=SHA`."""
    desk = CompareDesk(services)
    news = progress()
    with gr.Row():
        look = gr.Button(visible=False, variant="primary", elem_id="compare-look")
        cancel = gr.Button("Stop", visible=False, variant="stop", elem_id="compare-stop")
    shown = comparison()
    outputs = [news, shown, look, cancel]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    slow: dict[str, Any] = quiet | {"concurrency_id": "gpu", "concurrency_limit": 1}

    page.load(desk.opened, None, outputs, **quiet).then(desk.curves, None, outputs, **slow)
    look.click(desk.answers, None, outputs, **slow)
    cancel.click(desk.stop, None, cancel, queue=False, **quiet)


@dataclass(frozen=True, slots=True)
class CompareDesk:
    """The handlers of the page. Each yields or returns an `Update`."""

    services: Services
    stops: Stops = field(default_factory=Stops)

    def opened(self, request: gr.Request) -> Update:
        """Shows what is stored, or says what is wrong with the address."""
        try:
            return self._show(self._asked(request), start_at=_seconds(request))
        except EXPECTED as error:
            hidden = gr.update(visible=False)
            return doing.failed(f"{error} {ADVICE}"), None, hidden, hidden

    def curves(self, request: gr.Request) -> Iterator[Update]:
        """Computes the curves that two answers lack; does nothing if one of the two is missing."""
        yield (gr.skip(),) * 4
        try:
            pair = self._asked(request)
        except EXPECTED:
            return  # `opened` has said so
        if pair.lacks_curves and not pair.unanswered:
            yield from self._complete(pair, request)

    def answers(self, request: gr.Request) -> Iterator[Update]:
        """Lets the versions look that have not yet."""
        yield from self._complete(self._asked(request), request)

    def stop(self, request: gr.Request) -> dict[str, Any]:
        """What the Stop button does; the work itself then says that it was stopped."""
        self.stops.stop(str(request.session_hash))
        return gr.update(interactive=False, value="Stopping")

    def _complete(self, pair: Pair, request: gr.Request) -> Iterator[Update]:
        work = partial(side_by_side.complete, self.services, pair)
        with self.stops.listening(str(request.session_hash)) as stop:
            for step in watched(work, stop=stop):
                match step:
                    case Finished(found):
                        yield self._show(found)
                    case Failed(sentence):
                        shown = self._show(pair, working=False)
                        yield (doing.failed(sentence), *shown[1:])
                    case Stopped(sentence):
                        shown = self._show(pair, working=False)
                        yield (doing.noted(sentence), *shown[1:])
                    case _:
                        yield step, gr.skip(), gr.update(visible=False), gr.update(visible=True)

    def _show(
        self, pair: Pair, *, working: bool | None = None, start_at: float | None = None
    ) -> Update:
        if working is None:
            working = pair.lacks_curves and not pair.unanswered
        lacking = " and ".join(side.version.name for side in pair.unanswered)
        return (
            None,
            comparison_value(pair, way(pair), working=working, start_at=start_at),
            gr.update(visible=bool(lacking), value=f"Let {lacking} look at this video now"),
            gr.update(visible=False, interactive=True, value="Stop"),
        )

    def _asked(self, request: gr.Request) -> Pair:
        """What the address asks for. Raises `UnknownVideo`, `UnknownModel`."""
        query = request.query_params
        number, before, after = (query.get(name) for name in ("video", "before", "after"))
        if not (number and NUMBER.fullmatch(number) and before and after):
            raise UnknownVideo(INCOMPLETE)
        return side_by_side.find(self.services, int(number), before=before, after=after)


def _seconds(request: gr.Request) -> float | None:
    try:
        return max(float(request.query_params.get("t", "")), 0.0)
    except ValueError:
        return None
