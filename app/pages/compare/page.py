"""The Compare page: one video, two versions' answers, one play head. Reached by links."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from app.components.compare import comparison, comparison_value
from app.pages.parts import watching
from app.pages.parts.addresses import asked_for, number_of, seconds_of
from app.pages.parts.slow_action import QUIET, Does, SlowAction, Values, slow_action
from app.pages.parts.watching import EXPECTED
from app.workflow.comparing import side_by_side
from app.workflow.comparing.links import way
from app.workflow.comparing.side_by_side import Pair
from app.workflow.errors import UnknownVideo
from app.workflow.services import Services
from model.inference.prediction import OnProgress

INCOMPLETE = "This link does not say which video and which two versions to compare."
ADVICE = "The lists on the page Teach lead to all videos whose answer changed."


def compare_page(page: gr.Blocks, services: Services) -> None:
    """Builds the page. What it shows is in its address: `?video=3&before=SHA&after=SHA`."""
    action = slow_action("", "compare", variant="primary", visible=False)
    shown = comparison()
    handlers = CompareHandlers(services, shown, action)
    opened = page.load(handlers.opened, None, action.all([shown]), **QUIET)
    complete = Does(handlers.complete, handlers.show, handlers.without, when=handlers.lacks_curves)
    action.on(opened.then, complete, outputs=[shown])
    action.runs(handlers.complete, handlers.show, outputs=[shown], otherwise=handlers.without)


@dataclass(frozen=True, slots=True)
class CompareHandlers:
    """The handlers of the page."""

    services: Services
    shown: gr.HTML
    action: SlowAction

    def opened(self, request: gr.Request) -> Values:
        """Shows what is stored, or says what is wrong with the address."""
        try:
            pair = self._asked(request)
        except EXPECTED as error:
            said = watching.failed(f"{error} {ADVICE}")
            return self.action.offered(False) | {self.shown: None, self.action.news: said}
        (start,) = asked_for(request, "t")
        return self.show(pair, working=_lacks_curves(pair), start_at=seconds_of(start))

    def lacks_curves(self, request: gr.Request) -> bool:
        """Whether both versions answered, and the curves of one are still to be computed."""
        try:
            return _lacks_curves(self._asked(request))
        except EXPECTED:
            return False  # `opened` has said so

    def complete(self, request: gr.Request, on_progress: OnProgress) -> Pair:
        """Lets the versions look that have not yet, and computes the curves that are lacking."""
        return side_by_side.complete(self.services, self._asked(request), on_progress)

    def without(self, request: gr.Request) -> Values:
        """What there is after a failure or a stop; nothing is under way any more."""
        try:
            return self.show(self._asked(request))
        except EXPECTED:
            return {}

    def show(self, pair: Pair, *, working: bool = False, start_at: float | None = None) -> Values:
        """Both answers; `working` while the curves are worked out."""
        lacking = " and ".join(side.version.name for side in pair.unanswered)
        value = comparison_value(pair, way(pair), working=working, start_at=start_at)
        offered = self.action.offered(bool(lacking), f"Let {lacking} look at this video now")
        return offered | {self.shown: value}

    def _asked(self, request: gr.Request) -> Pair:
        """What the address asks for. Raises `UnknownVideo`, `UnknownModel`."""
        video, before, after = asked_for(request, "video", "before", "after")
        number = number_of(video)
        if number is None or before is None or after is None:
            raise UnknownVideo(INCOMPLETE)
        return side_by_side.find(self.services, number, before=before, after=after)


def _lacks_curves(pair: Pair) -> bool:
    return pair.lacks_curves and not pair.unanswered
