"""Slow work behind a button, once: progress, the button, Stop, and a sentence for every end.

A page builds the parts where they should stand (`slow_action`), and then says what the button does
(`runs`): a use case that is told where to report its progress, and one `show` for what came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeVar

import gradio as gr

from app.components.progress import progress
from app.pages.parts import watching
from app.pages.parts.stops import Stops
from app.pages.parts.watching import Failed, Finished, Stopped, watched

T = TypeVar("T")
Values = dict[Any, Any]
"""New values by component; a component that is not named stays as it is."""
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Options of an event that shows its own progress."""


@dataclass(frozen=True, slots=True)
class Does:
    """What a slow action does. All but `show` take `(request, *inputs)`.

    `work` takes `on_progress` besides, as its last argument, and `show` what `work` returns; its
    values may say that the button is not offered any more. `otherwise` gives the values after a
    failure or a stop. Nothing happens unless `when` is true. `meanwhile` are values while it runs.
    """

    work: Callable[..., Any]
    show: Callable[[Any], Values]
    otherwise: Callable[..., Values] | None = None
    when: Callable[..., bool] | None = None
    meanwhile: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SlowAction:
    """The parts of one action on a page. `button` and `stop` may be missing."""

    news: gr.HTML
    button: gr.Button | None = None
    stop: gr.Button | None = None
    is_kept: bool = False  # whether the button stays in sight, greyed, while the work goes on
    first: str = ""  # what is said before the work itself says something
    saying: str = ""  # what is said instead of the stages' sentences
    stopped: str = ""  # what is said of a stop instead of the use case's sentence
    _stops: Stops = field(default_factory=Stops)

    def runs(
        self,
        work: Callable[..., T],
        show: Callable[[T], Values],
        inputs: Sequence[Any] = (),
        outputs: Sequence[Any] = (),
        *,
        otherwise: Callable[..., Values] | None = None,
        **options: Any,
    ) -> None:
        """Lets the button begin the work; see `Does`. `show` gives new values of `outputs`."""
        if self.button is None:
            raise ValueError("an action without a button begins with an event: use `on`")
        self.on(self.button.click, Does(work, show, otherwise), inputs, outputs, **options)

    def on(
        self,
        event: Callable[..., Any],
        does: Does,
        inputs: Sequence[Any] = (),
        outputs: Sequence[Any] = (),
        **options: Any,
    ) -> Any:
        """Lets any event begin the work, such as `page.load`. Returns what Gradio does."""

        def handler(request: gr.Request, *given: Any) -> Iterator[Values]:
            if does.when is not None and not does.when(request, *given):
                yield {self.news: gr.skip()}
                return
            yield from self._steps(does, request, given)

        bound = {"concurrency_id": "gpu", "concurrency_limit": 1} | QUIET | options
        return event(handler, list(inputs), self.all(outputs), **bound)

    def ask_to_stop(self, request: gr.Request) -> dict[str, Any]:
        """What Stop does; the work itself then says that it was stopped."""
        self._stops.stop(str(request.session_hash))
        return stopping()

    def offered(self, is_offered: bool, words: str | None = None) -> Values:
        """Values for a page at rest: whether the button is there, and what it says."""
        values: Values = {self.news: None}
        if self.button is not None:
            said = {} if words is None else {"value": words}
            values[self.button] = gr.update(visible=is_offered, interactive=True, **said)
        if self.stop is not None:
            values[self.stop] = stop_update(shown=False)
        return values

    def all(self, outputs: Sequence[Any]) -> list[Any]:
        """All components that change, for a handler that shows the page at rest."""
        own = [part for part in (self.news, self.button, self.stop) if part is not None]
        return own + [output for output in outputs if output not in own]

    def _steps(self, does: Does, request: gr.Request, given: Sequence[Any]) -> Iterator[Values]:
        with self._stops.listening(str(request.session_hash)) as stop:
            if self.first or self.saying:
                yield self._busy(does, watching.waiting(self.first or self.saying))
            for step in watched(partial(does.work, request, *given), stop=stop):
                match step:
                    case Finished(value):
                        yield self.offered(True) | does.show(value)
                    case Failed(sentence):
                        yield self._ended(does, request, given, watching.failed(sentence))
                    case Stopped(sentence):
                        said = watching.noted(self.stopped or sentence)
                        yield self._ended(does, request, given, said)
                    case _:
                        sentence = self.saying or step["sentence"]
                        yield self._busy(does, step | {"sentence": sentence})

    def _ended(
        self, does: Does, request: gr.Request, given: Sequence[Any], said: dict[str, Any]
    ) -> Values:
        rest = {} if does.otherwise is None else does.otherwise(request, *given)
        return self.offered(True) | rest | {self.news: said}

    def _busy(self, does: Does, step: dict[str, Any]) -> Values:
        values: Values = {self.news: step} | does.meanwhile
        if self.button is not None:
            off = gr.update(interactive=False) if self.is_kept else gr.update(visible=False)
            values[self.button] = off
        if self.stop is not None:
            values[self.stop] = gr.update(visible=True)  # it may say that it was pressed
        return values


def slow_action(
    button: str | gr.Button,
    name: str,
    *,
    variant: Literal["primary", "secondary"] = "secondary",
    visible: bool = True,
    **more: Any,
) -> SlowAction:
    """Builds progress, button and Stop, named after the action; `more` are fields of `SlowAction`.

    A button that stands elsewhere on the page is given instead of its words.
    """
    news = progress(elem_id=f"{name}-progress")
    with gr.Row():
        if isinstance(button, str):
            button = gr.Button(button, variant=variant, visible=visible, elem_id=f"{name}-start")
        stop = gr.Button("Stop", variant="stop", visible=False, elem_id=f"{name}-stop")
    action = SlowAction(news, button, stop, **more)
    stop.click(action.ask_to_stop, None, stop, queue=False, **QUIET)
    return action


def stop_update(*, shown: bool) -> dict[str, Any]:
    """A Stop that nobody has pressed yet."""
    return gr.update(visible=shown, interactive=True, value="Stop")


def stopping() -> dict[str, Any]:
    """A Stop that was pressed."""
    return gr.update(interactive=False, value="Stopping")
