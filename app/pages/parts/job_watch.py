"""A job of the worker as a page watches it: how it stands, Stop, and asking again until it ends.

All state is in the database, so the page may be closed and opened at any time.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from app.pages.parts.page_errors import plain
from app.pages.parts.slow_action import QUIET, Values
from app.workflow import long_work
from app.workflow.services import Services
from storage.records.jobs import JobRecord, State

POLL_S = 1.0
BUSY: tuple[State, ...] = ("queued", "running")


@dataclass(frozen=True, slots=True)
class JobWatch:
    """The parts that follow the newest job of a kind.

    `show` gives the value of `news`, None to hide it, and `rest(is_busy)` those of `outputs`, which
    change only when the page opens, when a job has ended, or when somebody pressed a button.
    """

    services: Services
    kind: str
    news: gr.HTML
    stop: gr.Button
    show: Callable[[JobRecord], dict[str, Any] | None]
    rest: Callable[[bool], Values]
    outputs: Sequence[Any]
    timer: gr.Timer
    order: gr.State  # new with each showing, so that pressing a button twice is one order

    @property
    def everything(self) -> list[Any]:
        """All components that change."""
        return [self.news, self.stop, self.timer, self.order, *self.outputs]

    def on(
        self,
        event: Callable[..., Any],
        handler: Callable[..., None],
        inputs: Sequence[Any] = (),
        **options: Any,
    ) -> None:
        """Lets an event do something; then everything is shown anew, or an error's sentence."""

        @functools.wraps(handler)
        def done(*args: Any, **kwargs: Any) -> Values:
            handler(*args, **kwargs)
            return self.opened()

        event(plain(done), list(inputs), self.everything, **(QUIET | options))

    def opened(self) -> Values:
        """The whole page as things are."""
        job = long_work.newest(self.services, self.kind)
        is_busy = job is not None and job.state in BUSY
        return {
            self.news: None if job is None else self.show(job),
            self.stop: gr.update(visible=is_busy),
            self.timer: gr.Timer(active=is_busy),
            self.order: uuid.uuid4().hex,
        } | self.rest(is_busy)

    def polled(self) -> Values:
        """What moves while the worker works; the whole page when it has ended."""
        job = long_work.newest(self.services, self.kind)
        if job is None or job.state not in BUSY:
            return self.opened()
        return {self.news: self.show(job)}

    def ask_to_stop(self) -> None:
        """Asks the worker to stop."""
        job = long_work.newest(self.services, self.kind, BUSY)
        if job is not None:
            long_work.cancel(self.services, job.id)


def job_watch(
    page: gr.Blocks,
    services: Services,
    kind: str,
    *,
    news: gr.HTML,
    stop: gr.Button,
    show: Callable[[JobRecord], dict[str, Any] | None],
    rest: Callable[[bool], Values],
    outputs: Sequence[Any],
) -> JobWatch:
    """Watches from the moment at which `page` opens; see `JobWatch`."""
    timer, order = gr.Timer(POLL_S, active=False), gr.State("")
    watch = JobWatch(services, kind, news, stop, show, rest, outputs, timer, order)
    page.load(watch.opened, None, watch.everything, **QUIET)
    timer.tick(watch.polled, None, watch.everything, **QUIET)
    watch.on(stop.click, watch.ask_to_stop)
    return watch


def elapsed_s(job: JobRecord) -> float:
    """Seconds since the job was begun; 0 while it waits."""
    return (datetime.now(UTC) - job.started_at).total_seconds() if job.started_at else 0.0
