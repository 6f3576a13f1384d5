"""Under the viewer: freezes and changes the video, looks again, and says what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gradio as gr

from app.components.check import check_panel, check_value
from app.components.progress import progress
from app.pages.parts import watching as doing
from app.pages.parts.stops import Stops
from app.pages.parts.watching import EXPECTED, Failed, Finished, Stopped, watched
from app.workflow.answers import explain
from app.workflow.answers.explain import Answer
from app.workflow.faithfulness import examine
from app.workflow.faithfulness.other_methods import methods_address
from app.workflow.services import Services
from model.evidence.checking import Examination

Update = tuple[Any, ...]
"""New values of: progress, panel, check button, stop button."""
BUTTON = "Check this picture"


def checking_part(services: Services, answer_id: gr.Number) -> CheckingPart:
    """Builds the part of the page; `answer_id` holds the number of the answer that is shown."""
    desk = CheckDesk(services)
    shown = check_panel()
    news = progress(elem_id="check-progress")
    with gr.Row():
        start = gr.Button(BUTTON, visible=False, elem_id="check-start")
        cancel = gr.Button("Stop", visible=False, variant="stop", elem_id="check-stop")
    outputs: list[gr.components.Component] = [news, shown, start, cancel]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    slow: dict[str, Any] = quiet | {"concurrency_id": "gpu", "concurrency_limit": 1}
    start.click(desk.check, answer_id, outputs, **slow)
    cancel.click(desk.stop, None, cancel, queue=False, **quiet)
    return CheckingPart(desk, answer_id, outputs)


@dataclass(frozen=True, slots=True)
class CheckDesk:
    """The handlers. Each yields or returns an `Update`."""

    services: Services
    stops: Stops = field(default_factory=Stops)

    def opened(self, answer_id: float | None) -> Update:
        """Shows what was found before, or offers to check."""
        if not answer_id:
            return (None, None, *_buttons(can_check=False))
        try:
            answer = explain.find(self.services, int(answer_id))
            return self._show(answer, examine.kept(self.services, answer))
        except EXPECTED as error:
            return (doing.failed(str(error)), None, *_buttons(can_check=False))

    def check(self, answer_id: float, request: gr.Request) -> Iterator[Update]:
        """Looks again at the changed video."""
        answer = explain.find(self.services, int(answer_id))
        work = partial(examine.check, self.services, answer)
        with self.stops.listening(str(request.session_hash)) as stop:
            for step in watched(work, stop=stop):
                match step:
                    case Finished(found):
                        yield self._show(answer, found)
                    case Failed(sentence):
                        yield (doing.failed(sentence), gr.skip(), *_buttons(can_check=True))
                    case Stopped(sentence):
                        yield (doing.noted(sentence), gr.skip(), *_buttons(can_check=True))
                    case _:
                        yield step, gr.skip(), gr.update(visible=False), gr.update(visible=True)

    def stop(self, request: gr.Request) -> dict[str, Any]:
        """What the Stop button does; the work itself then says that it was stopped."""
        self.stops.stop(str(request.session_hash))
        return gr.update(interactive=False, value="Stopping")

    def _show(self, answer: Answer, found: Examination | None) -> Update:
        can_check = examine.can_check(answer.prediction)
        value = check_value(
            answer.prediction,
            found,
            methods=methods_address(answer.video.id, answer.prediction.version),
            can_check=can_check,
        )
        return (None, value, *_buttons(can_check=can_check and found is None))


@dataclass(frozen=True, slots=True)
class CheckingPart:
    """The built part: let `desk.opened` fill `outputs` from `answer_id` after every answer."""

    desk: CheckDesk
    answer_id: gr.Number
    outputs: list[gr.components.Component]


def _buttons(*, can_check: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        gr.update(visible=can_check),
        gr.update(visible=False, interactive=True, value="Stop"),
    )
