"""Under the viewer: freezes and changes the video, looks again, and says what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.components.freeze_check import check_panel, check_value
from app.pages.parts import watching
from app.pages.parts.slow_action import QUIET, SlowAction, Values, slow_action
from app.pages.parts.watching import EXPECTED
from app.workflow.answers import explain
from app.workflow.answers.explain import Answer
from app.workflow.faithfulness import freeze_check
from app.workflow.faithfulness.other_methods import methods_address
from app.workflow.services import Services
from model.evidence.freeze_check import Examination
from model.inference.prediction import OnProgress

BUTTON = "Test this explanation"


def checking_part(services: Services, answer_id: gr.Number) -> Callable[[Any], Any]:
    """Builds the part of the page; call what it returns with every event that may bring an answer.

    `answer_id` holds the number of the answer that is shown.
    """
    panel = check_panel()
    action = slow_action(BUTTON, "check", visible=False)
    handlers = FreezeCheckHandlers(services, panel, action)
    action.runs(handlers.check, handlers.show, [answer_id], [panel])
    return lambda event: event.then(handlers.opened, answer_id, action.all([panel]), **QUIET)


@dataclass(frozen=True, slots=True)
class FreezeCheckHandlers:
    """The handlers."""

    services: Services
    panel: gr.HTML
    action: SlowAction

    def opened(self, answer_id: float | None) -> Values:
        """Shows what was found before, or offers to check."""
        nothing = self.action.offered(False) | {self.panel: None}
        if not answer_id:
            return nothing
        try:
            answer = explain.find(self.services, int(answer_id))
            return self.show((answer, freeze_check.kept(self.services, answer)))
        except EXPECTED as error:
            return nothing | {self.action.news: watching.failed(str(error))}

    def check(
        self, request: gr.Request, answer_id: float, on_progress: OnProgress
    ) -> tuple[Answer, Examination | None]:
        """Looks again at the changed video."""
        del request
        answer = explain.find(self.services, int(answer_id))
        return answer, freeze_check.check(self.services, answer, on_progress)

    def show(self, found: tuple[Answer, Examination | None]) -> Values:
        """What was found about an answer, if anything was."""
        answer, examination = found
        can_check = freeze_check.can_check(answer.prediction)
        value = check_value(
            answer.prediction,
            examination,
            methods=methods_address(answer.video.id, answer.prediction.version),
            can_check=can_check,
        )
        return self.action.offered(can_check and examination is None) | {self.panel: value}
