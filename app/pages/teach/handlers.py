"""What the Teach page's buttons do, and the values that it shows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from app.pages.parts.job_watch import elapsed_s
from app.pages.parts.slow_action import Values
from app.pages.person import person_of
from app.words.numbers import right_among
from app.workflow.models import versions
from app.workflow.models.activation import activate
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from app.workflow.teaching import teach
from app.workflow.teaching.progress import TeachProgress
from storage.records.jobs import JobRecord

WAITING = "Waiting for the worker to begin."


@dataclass(frozen=True, slots=True)
class TeachHandlers:
    """The handlers of the Teach page, and the parts that they change."""

    services: Services
    likeness: Likeness
    readiness: gr.HTML
    teach_it: gr.Button
    versions: gr.HTML

    def rest(self, is_busy: bool) -> Values:
        """What there is to learn from, and what was learned."""
        found = teach.outlook(self.services, self.likeness)
        return {
            self.readiness: _readiness(found),
            self.teach_it: gr.update(visible=not is_busy, interactive=found.possible),
            self.versions: _versions(self.services),
        }

    def news(self, job: JobRecord) -> dict[str, Any]:
        """How the teaching stands."""
        return {
            "state": job.state,
            "share": job.progress,
            "sentence": job.message or WAITING,
            "elapsed_s": elapsed_s(job),
            "remaining_s": teach.remaining_s(job),
            "curve": list(TeachProgress.from_json(job.metrics).curve),
        }

    def begin(self, order: str, mode: str, request: gr.Request) -> None:
        """Starts the teaching. Raises `CannotTeach`."""
        by = person_of(request).name
        ask = teach.Ask(op_id=order or uuid.uuid4().hex, by=by, mode=teach.known_mode(mode))
        teach.start(self.services, ask)

    def promote(self, event: gr.EventData, request: gr.Request) -> None:
        """Lets the version that was pressed answer.

        Raises `ModelIsFixed`, `UnknownModel`, `CheckpointError`.
        """
        by = person_of(request).name
        activate(self.services, int(event.version_id), by=by)
        self.services.lanes.answers.ring()  # the new version warms up


def _readiness(found: teach.Outlook) -> dict[str, Any]:
    return {
        "model": found.parent,
        "counts": [asdict(count) for count in found.found.counts],
        "problems": list(found.problems),
        "notes": list(found.notes),
    }


def _versions(services: Services) -> dict[str, Any]:
    rows = [
        asdict(row) | {"made_at": row.made_at.isoformat(), "result": _result(row.result)}
        for row in versions.all_versions(services)
    ]
    return {"versions": rows}


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    """What teaching measured, with the figures in words as well."""
    worded = {
        name: figures | {"words": right_among(figures["top1"], figures["top1_interval"])}
        for name, figures in result.items()
        if name in ("before", "after")
    }
    return {**result, **worded}
