"""What people say about a video: kept as events, undone by events, never overwritten."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import cast, get_args

from sqlalchemy.orm import Session

from app.workflow.answers.explain import Answer
from app.workflow.errors import BadDecision, UnknownVideo
from app.workflow.services import Services
from app.workflow.videos.ingest import missing
from storage.errors import ConflictError, InvalidError, NotFoundError
from storage.records import agreement, decisions, labels, predictions, versions, videos
from storage.records.decisions import LabelEventRecord, Verdict


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


@dataclass(frozen=True, slots=True)
class Opinion:
    """One decision to keep. `label` is set exactly for `confirmed` and `corrected`.

    `browser` stands for the person where `annotator` is "". `settles` makes it count for the video
    though other people said something else.
    Without `prediction_id` it is about the newest answer of the version in use, if there is one.
    """

    op_id: str
    video_id: int
    verdict: Verdict
    label: str | None = None
    new_label: bool = False
    prediction_id: int | None = None
    annotator: str = ""
    browser: str = ""
    settles: bool = False
    note: str = ""
    seen_saliency: bool | None = None
    time_taken_s: float | None = None


def decide(services: Services, opinion: Opinion) -> Said:
    """Keeps a decision once, however often it is sent. Raises `BadDecision`, `UnknownVideo`."""
    in_use = services.models.active_version() if opinion.prediction_id is None else None
    try:
        with services.database.write() as session:
            event = decisions.record_decision(
                session,
                op_id=opinion.op_id,
                video_id=opinion.video_id,
                verdict=opinion.verdict,
                annotator=opinion.annotator,
                browser=opinion.browser,
                settles=opinion.settles,
                label_id=_label_id(session, opinion),
                prediction_id=_prediction_id(session, opinion, in_use),
                note=opinion.note,
                seen_saliency=opinion.seen_saliency,
                time_taken_s=opinion.time_taken_s,
            )
            return _said(session, opinion.video_id, event)
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
    if name not in get_args(Verdict):
        known = ", ".join(get_args(Verdict))
        raise BadDecision(f"There is no verdict called {name}; choose one of {known}.")
    return cast(Verdict, name)


def _label_id(session: Session, opinion: Opinion) -> int | None:
    if opinion.label is None:
        return None
    if opinion.new_label:
        return labels.propose(session, name=opinion.label, added_by=opinion.annotator).label.id
    known = labels.find(session, name=opinion.label)
    if known is None:
        raise BadDecision(
            f"There is no label called {opinion.label}. Choose one from the list, or make it new."
        )
    return known.id


def _prediction_id(session: Session, opinion: Opinion, in_use: str | None) -> int | None:
    """The answer that was judged; `in_use` is the SHA-256 of the version that answers now."""
    if opinion.prediction_id is not None or in_use is None:
        return opinion.prediction_id
    version = versions.find(session, sha256=in_use)
    if version is None:
        return None
    answer = predictions.latest(session, video_id=opinion.video_id, model_version_id=version.id)
    return None if answer is None else answer.id


def _said(session: Session, video_id: int, event: LabelEventRecord | None) -> Said:
    return Said(
        event,
        decisions.current(session, video_id=video_id),
        decisions.history(session, video_id=video_id),
    )
