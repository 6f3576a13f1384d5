"""What the buttons of the Models page do, and the values that it shows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from app.components.shelf import shelf_value
from app.pages.person import person_of
from app.workflow.models import getting
from app.workflow.models.shelf import Shelved, all_models
from app.workflow.services import Services
from storage.records.jobs import JobRecord

Update = tuple[Any, ...]
"""New values of: getting, stop button, shelf, timer, order."""

WAITING = "Waiting for the worker, which does one thing after the other."
RECENT_S = 3600.0  # what ended earlier is too old to show


@dataclass(frozen=True, slots=True)
class ModelsDesk:
    """The handlers of the Models page. Each returns an `Update`."""

    services: Services

    def opened(self) -> Update:
        """The whole page as things are."""
        job = getting.newest(self.services)
        busy = job is not None and job.state in getting.BUSY
        models = all_models(self.services)
        return (
            None if job is None or _is_no_news(job, models) else _getting(job),
            gr.update(visible=busy),
            shelf_value(models, busy=busy),
            gr.Timer(active=busy),
            uuid.uuid4().hex,
        )

    def polled(self) -> Update:
        """What moves while the worker works; the whole page when it has ended."""
        job = getting.newest(self.services)
        if job is None or job.state not in getting.BUSY:
            return self.opened()
        skip = gr.skip()
        return (_getting(job), skip, skip, skip, skip)

    def asked(self, order: str, event: gr.EventData, request: gr.Request) -> Update:
        """Starts fetching the model that was pressed. Raises `CannotGet`, `CheckpointError`."""
        by = person_of(request).name
        ask = getting.Ask(op_id=order or uuid.uuid4().hex, name=str(event.name), by=by)
        getting.start(self.services, ask)
        return self.opened()

    def stopped(self) -> Update:
        """Asks the worker to stop."""
        job = getting.running(self.services)
        if job is not None:
            getting.cancel(self.services, job.id)
        return self.opened()

    def chosen(self, event: gr.EventData, request: gr.Request) -> Update:
        """Lets a model answer. Raises `CannotGet`, `UnknownModel`, `CheckpointError`."""
        by = person_of(request).name
        getting.choose(self.services, str(event.name), by=by)
        self.services.lanes.answers.ring()  # the new version warms up
        return self.opened()


def _is_no_news(job: JobRecord, models: list[Shelved]) -> bool:
    """Whether it ended long ago, or has been made to answer since."""
    if job.finished_at is None:
        return False
    answers = any(model.state == "answers" and model.name == job.spec["name"] for model in models)
    return answers or (datetime.now(UTC) - job.finished_at).total_seconds() > RECENT_S


def _getting(job: JobRecord) -> dict[str, Any]:
    elapsed = (datetime.now(UTC) - job.started_at).total_seconds() if job.started_at else 0.0
    return {
        "title": job.spec["title"],
        "state": job.state,
        "share": job.progress,
        "sentence": job.message or WAITING,
        "elapsed_s": elapsed,
    }
