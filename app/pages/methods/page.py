"""The page that compares methods: one answer, the curves that each draws, what each can say."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from app.components.methods import methods_comparison, methods_value
from app.pages.parts import watching
from app.pages.parts.addresses import asked_for, number_of, seconds_of
from app.pages.parts.slow_action import QUIET, SlowAction, Values, slow_action
from app.pages.parts.watching import EXPECTED
from app.workflow.errors import UnknownVideo
from app.workflow.faithfulness import other_methods
from app.workflow.faithfulness.other_methods import Compared
from app.workflow.services import Services
from model.inference.prediction import OnProgress

INCOMPLETE = "This link does not say which video and which version's answer to look into."
ADVICE = "Open a video and follow the link below its answer."


def methods_page(page: gr.Blocks, services: Services) -> None:
    """Builds the page. What it shows is in its address: `?video=3&version=SHA`."""
    action = slow_action("Run the other methods", "methods", variant="primary", visible=False)
    shown = methods_comparison()
    handlers = MethodsHandlers(services, shown, action)
    page.load(handlers.opened, None, action.all([shown]), **QUIET)
    action.runs(handlers.compare, handlers.show, outputs=[shown])


@dataclass(frozen=True, slots=True)
class MethodsHandlers:
    """The handlers of the page."""

    services: Services
    shown: gr.HTML
    action: SlowAction

    def opened(self, request: gr.Request) -> Values:
        """Shows what is stored, or says what is wrong with the address."""
        try:
            (start,) = asked_for(request, "t")
            return self.show(self._asked(request), start_at=seconds_of(start))
        except EXPECTED as error:
            said = watching.failed(f"{error} {ADVICE}")
            return self.action.offered(False) | {self.shown: None, self.action.news: said}

    def compare(self, request: gr.Request, on_progress: OnProgress) -> Compared:
        """Asks all methods, which takes about as long as a dozen looks."""
        return other_methods.compare(self.services, self._asked(request).answer, on_progress)

    def show(self, compared: Compared, *, start_at: float | None = None) -> Values:
        """The curves that there are."""
        value = methods_value(compared, start_at=start_at)
        return self.action.offered(not compared.methods) | {self.shown: value}

    def _asked(self, request: gr.Request) -> Compared:
        """What the address asks for. Raises `UnknownVideo`, `UnknownModel`."""
        video, version = asked_for(request, "video", "version")
        number = number_of(video)
        if number is None or version is None:
            raise UnknownVideo(INCOMPLETE)
        return other_methods.find(self.services, number, version=version)
