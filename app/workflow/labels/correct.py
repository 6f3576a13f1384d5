"""What people say about a video: kept as events, undone by events, never overwritten."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.workflow.answers.explain import Answer
from app.workflow.errors import BadDecision, UnknownVideo
from app.workflow.services import Services
from app.workflow.videos.ingest import missing
from storage.errors import ConflictError, InvalidError, NotFoundError
from storage.records import agreement, decisions, labels, predictions, versions, videos
from storage.records.decision import VERDICTS, Decision, Verdict
from storage.records.decisions import LabelEventRecord


@dataclass(frozen=True, slots=True)
class Said:
    """What people have said about one video. `event` is the one just kept, if any."""

    event: LabelEventRecord | None
    current: tuple[LabelEventRecord, ...]
    history: tuple[LabelEventRecord, ...]

    @property
    def disagree(self) -> bool:
        """Whether people say different things about the video, and nobody has settled it."""
        return agreement.disagree(self.current)

    def decision_of(self, event: LabelEventRecord) -> LabelEventRecord | None:
        """The decision that an undo, or the undo of one, is about; None for a decision."""
        return next((one for one in self.history if one.id == event.decision_id), None)

    def brings_back(self, event: LabelEventRecord) -> bool:
        """True for the undo of an undo."""
        undone = next((one for one in self.history if one.id == event.undo_of), None)
        return undone is not None and undone.verdict is None and not self.brings_back(undone)

    def kept(self) -> LabelEventRecord:
        """The event just kept. Raises `BadDecision` if nothing was."""
        if self.event is None:
            raise BadDecision("Nothing was kept. Please try again.")
        return self.event


def decide(services: Services, decision: Decision) -> Said:
    """Keeps a decision once, however often it is sent. Raises `BadDecision`, `UnknownVideo`.

    Without `prediction_id` it is about the newest answer of the version in use, if there is one.
    """
    in_use = services.models.active_version() if decision.prediction_id is None else None
    try:
        with services.database.write() as session:
            judged = _prediction_id(session, decision, in_use)
            event = decisions.record_decision(session, replace(decision, prediction_id=judged))
            return _said(session, decision.video_id, event)
    except NotFoundError as error:
        raise UnknownVideo(str(error)) from error
    except (InvalidError, ConflictError) as error:
        raise BadDecision(str(error)) from error


def take_back(
    services: Services, *, op_id: str, event_id: int, annotator: str, browser: str = ""
) -> Said:
    """Undoes a decision by a new event; undoing the undoing brings it back."""
    try:
        with services.database.write() as session:
            event = decisions.undo(
                session, op_id=op_id, event_id=event_id, annotator=annotator, browser=browser
            )
            return _said(session, event.video_id, event)
    except (NotFoundError, InvalidError, ConflictError) as error:
        raise BadDecision(str(error)) from error


def said(services: Services, video_id: int) -> Said:
    """What people have said about a video so far. Raises `UnknownVideo`."""
    try:
        with services.database.read() as session:
            videos.get(session, video_id=video_id)
            return _said(session, video_id, None)
    except NotFoundError as error:
        raise missing(services, video_id) from error


def label_choices(services: Services, answer: Answer) -> tuple[str, ...]:
    """All names to choose from: the classes of the answering model in its order, then the rest."""
    with services.database.read() as session:
        version = versions.find(session, sha256=answer.prediction.version)
        known = tuple(label.name for label in labels.all_labels(session))
    of_model = tuple(version.spec["labels"]) if version is not None else ()
    there = set(of_model)
    return of_model + tuple(name for name in known if name not in there)


def all_labels(services: Services) -> tuple[str, ...]:
    """All names to choose from where no model has answered; those of the model in use are known."""
    with services.database.read() as session:
        known = labels.all_labels(session)
    if not known:  # nothing was ever answered here
        services.models.seed_labels()
        with services.database.read() as session:
            known = labels.all_labels(session)
    return tuple(label.name for label in known)


def new_op_id() -> str:
    """A number for a decision that came without one; it can then not be sent twice safely."""
    return uuid.uuid4().hex


def known_verdict(name: str) -> Verdict:
    """Raises `BadDecision` for an unknown one."""
    if name not in VERDICTS:
        known = ", ".join(VERDICTS)
        raise BadDecision(f"There is no verdict called {name}; choose one of {known}.")
    return name


def _prediction_id(session: Session, decision: Decision, in_use: str | None) -> int | None:
    """The answer that was judged; `in_use` is the SHA-256 of the version that answers now."""
    if decision.prediction_id is not None or in_use is None:
        return decision.prediction_id
    version = versions.find(session, sha256=in_use)
    if version is None:
        return None
    answer = predictions.latest(session, video_id=decision.video_id, model_version_id=version.id)
    return None if answer is None else answer.id


def _said(session: Session, video_id: int, event: LabelEventRecord | None) -> Said:
    return Said(
        event,
        decisions.current(session, video_id=video_id),
        decisions.history(session, video_id=video_id),
    )
