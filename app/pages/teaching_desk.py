"""What the Teach page's buttons do, and the values that it shows."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from app.pages.person import person_of
from app.workflow.models import versions
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from app.workflow.teaching import teach
from storage.records.jobs import JobRecord

Update = tuple[Any, ...]
"""New values of: readiness, teach button, stop button, lesson, versions, timer, order."""

WAITING = "Waiting for the worker to begin."


@dataclass(frozen=True, slots=True)
class TeachingDesk:
    """The handlers of the Teach page. Each returns an `Update`."""

    services: Services
    likeness: Likeness

    def opened(self) -> Update:
        """The whole page as things are."""
        job = teach.newest(self.services)
        busy = job is not None and job.state in teach.BUSY
        found = teach.outlook(self.services, self.likeness)
        return (
            _readiness(found),
            gr.update(visible=not busy, interactive=found.possible),
            gr.update(visible=busy),
            None if job is None else _lesson(job),
            _versions(self.services),
            gr.Timer(active=busy),
            uuid.uuid4().hex,
        )

    def polled(self) -> Update:
        """What moves while the worker works; the whole page when it has ended."""
        job = teach.newest(self.services)
        if job is None or job.state not in teach.BUSY:
            return self.opened()
        skip = gr.skip()
        return (skip, skip, skip, _lesson(job), skip, skip, skip)

    def begun(self, order: str, mode: str, request: gr.Request) -> Update:
        """Starts the teaching. Raises `CannotTeach`."""
        by = person_of(request).name
        ask = teach.Ask(op_id=order or uuid.uuid4().hex, by=by, mode=teach.known_mode(mode))
        teach.start(self.services, ask)
        return self.opened()

    def stopped(self) -> Update:
        """Asks the worker to stop."""
        job = teach.running(self.services)
        if job is not None:
            teach.cancel(self.services, job.id)
        return self.opened()

    def promoted(self, event: gr.EventData, request: gr.Request) -> Update:
        """Lets the version that was pressed answer. Raises `UnknownModel`, `CheckpointError`."""
        by = person_of(request).name
        versions.promote(self.services, int(event.version_id), by=by)
        self.services.lanes.answers.ring()  # the new version warms up
        return self.opened()


def _readiness(found: teach.Outlook) -> dict[str, Any]:
    return {
        "model": found.parent,
        "counts": [asdict(count) for count in found.found.counts],
        "problems": list(found.problems),
        "notes": list(found.notes),
    }


def _lesson(job: JobRecord) -> dict[str, Any]:
    elapsed = (datetime.now(UTC) - job.started_at).total_seconds() if job.started_at else 0.0
    remaining = teach.remaining_s(job)
    return {
        "state": job.state,
        "share": job.progress,
        "sentence": job.message or WAITING,
        "elapsed_s": elapsed,
        "remaining_s": remaining,
        "curve": job.metrics.get("curve", []),
    }


def _versions(services: Services) -> dict[str, Any]:
    rows = [
        asdict(row) | {"made_at": row.made_at.isoformat()}
        for row in versions.all_versions(services)
    ]
    return {"versions": rows}
