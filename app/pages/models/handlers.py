"""What the buttons of the Models page do, and the values that it shows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from app.components.models import shelf_value
from app.pages.parts.job_watch import elapsed_s
from app.pages.parts.slow_action import Values
from app.pages.person import person_of
from app.workflow.errors import UnknownOrder
from app.workflow.long_work import order_of
from app.workflow.models import fetch_job
from app.workflow.models.activation import activate_model
from app.workflow.models.known import known_models
from app.workflow.services import Services
from storage.records.jobs import JobRecord

WAITING = "Waiting for the worker, which does one thing after the other."
UNNAMED = "A model"  # that another version of the program was asked for
RECENT_S = 3600.0  # what ended earlier is too old to show


@dataclass(frozen=True, slots=True)
class ModelsHandlers:
    """The handlers of the Models page."""

    services: Services
    listed: gr.HTML

    def news(self, job: JobRecord) -> dict[str, Any] | None:
        """How the fetching stands; nothing if that is no news any more."""
        try:
            order = order_of(job, fetch_job.GetModelOrder)
        except UnknownOrder:
            order = fetch_job.GetModelOrder(name="", title=UNNAMED)
        if self._is_no_news(job, order.name):
            return None
        return {
            "title": order.title,
            "state": job.state,
            "share": job.progress,
            "sentence": job.message or WAITING,
            "elapsed_s": elapsed_s(job),
        }

    def rest(self, is_busy: bool) -> Values:
        """All models; none can be fetched while one is."""
        return {self.listed: shelf_value(known_models(self.services), busy=is_busy)}

    def get(self, order: str, event: gr.EventData, request: gr.Request) -> None:
        """Starts fetching the model that was pressed. Raises `CannotGet`, `CheckpointError`."""
        by = person_of(request).name
        ask = fetch_job.Ask(op_id=order or uuid.uuid4().hex, name=str(event.name), by=by)
        fetch_job.start(self.services, ask)

    def choose(self, event: gr.EventData, request: gr.Request) -> None:
        """Lets a model answer. Raises `ModelIsFixed`, `UnknownModel`, `CheckpointError`."""
        activate_model(self.services, str(event.name), by=person_of(request).name)
        self.services.lanes.answers.ring()  # the new version warms up

    def _is_no_news(self, job: JobRecord, name: str) -> bool:
        """Whether it ended long ago, or has been made to answer since."""
        if job.finished_at is None:
            return False
        if (datetime.now(UTC) - job.finished_at).total_seconds() > RECENT_S:
            return True
        models = known_models(self.services)
        return any(model.state == "answers" and model.name == name for model in models)
