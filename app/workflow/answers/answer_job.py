"""The worker's part of an answer: looks at one video and says how far it is."""

from __future__ import annotations

import time
from contextlib import suppress

from app.workflow.answers import explain
from app.workflow.errors import AppError, UnknownVideo
from app.workflow.long_work import Outcome, Report
from app.workflow.services import Services
from app.workflow.videos import ingest
from app.workflow.videos.answer_requests import AnswerOrder, AnswerProgress
from app.workflow.videos.playing import make_playable
from model.errors import Cancelled, ModelError
from model.inference.prediction import Stage
from storage.errors import StorageError
from storage.records.jobs import JobRecord

DONE = "The answer is there."
# Where a stage begins in the whole, and how much of it it usually is.
PARTS: dict[Stage, tuple[float, float]] = {
    "storing": (0.0, 0.0),
    "decoding": (0.0, 0.3),
    "looking": (0.3, 0.6),
    "explaining": (0.9, 0.05),
    "copying": (0.95, 0.05),
}


def carry_out(services: Services, job: JobRecord, order: AnswerOrder, report: Report) -> Outcome:
    """The answer of the model in use, made if it is not there. A `Work`.

    If the model cannot answer, the copy that browsers play is made all the same, so that people
    can watch and label the video.
    """
    if job.video_id is None:
        raise UnknownVideo("This question names no video.")
    video = ingest.find(services, job.video_id)
    telling = Telling(report)
    try:
        explain.explain(services, video, telling, finest=order.finest)
    except Cancelled:
        raise
    except (AppError, ModelError, StorageError):
        with suppress(ModelError, StorageError):
            make_playable(services, video, telling)
        raise
    return Outcome(DONE)


class Telling:
    """An `OnProgress` that tells the job's row the stage, its share and the time that is left."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._stage: Stage | None = None
        self._since = time.monotonic()

    def __call__(self, stage: Stage, share: float) -> None:
        if stage != self._stage:
            self._stage, self._since = stage, time.monotonic()
        spent = time.monotonic() - self._since
        left = spent * (1 - share) / share if share > 0.1 and spent > 1 else None
        begins, part = PARTS[stage]
        progress = AnswerProgress(stage, min(max(share, 0.0), 1.0), left)
        self._report(begins + part * share, stage, progress.to_json())
