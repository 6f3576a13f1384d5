"""Two versions' answers for one video, side by side, with the classes that matter to both.

An answer keeps the curves of its first five classes. A class that matters here may not be among
them; its curves are then worked out once, and kept beside the answer without changing it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.workflow.answers import explain
from app.workflow.answers.explain import Answer
from app.workflow.errors import UnknownModel
from app.workflow.models import answering_model, versions
from app.workflow.services import Services
from app.workflow.videos import ingest
from model.inference import packing
from model.inference.prediction import OnProgress, Prediction, Score
from storage import results
from storage.records import decisions, predictions
from storage.records.decisions import LabelEventRecord
from storage.records.versions import VersionRecord
from storage.records.videos import VideoRecord
from storage.results import Kind, Packed

SHORT = 12  # digits of a version's SHA-256 in a link


@dataclass(frozen=True, slots=True)
class Side:
    """One version and its answer, None while it gave none for this video."""

    version: VersionRecord
    answer: Answer | None

    def index(self, label: str) -> int | None:
        """The number of a class in this version, None if it does not know it."""
        names = self.version.spec["labels"]
        return names.index(label) if label in names else None

    def row(self, label: str) -> int | None:
        """Which of the answer's curves are those of a class, None if there are none."""
        top = self.answer.prediction.top if self.answer else ()
        return next((row for row, score in enumerate(top) if score.label == label), None)


@dataclass(frozen=True, slots=True)
class Pair:
    """A video with the sides `before` and `after`, and what people said last, if anything."""

    video: VideoRecord
    before: Side
    after: Side
    said: LabelEventRecord | None

    @property
    def sides(self) -> tuple[Side, Side]:
        """The version before first."""
        return self.before, self.after

    @property
    def classes(self) -> tuple[str, ...]:
        """What people said, what the version before said, what the one after said; each once."""
        found = [self.said.label] if self.said is not None and self.said.label else []
        found += [side.answer.prediction.top[0].label for side in self.sides if side.answer]
        return tuple(dict.fromkeys(found))

    @property
    def unanswered(self) -> tuple[Side, ...]:
        """The sides without an answer."""
        return tuple(side for side in self.sides if side.answer is None)

    @property
    def lacks_curves(self) -> bool:
        """Whether a class that a side knows has no curves there yet."""
        return any(side.answer and _lacking(side, self.classes) for side in self.sides)


def find(services: Services, video_id: int, *, before: str, after: str) -> Pair:
    """What is stored. `before` and `after` begin the versions' SHA-256.

    Raises `UnknownVideo`, `UnknownModel`.
    """
    video = ingest.find(services, video_id)
    first, second = (versions.find(services, prefix) for prefix in (before, after))
    if first.id == second.id:
        raise UnknownModel("This link names the same version twice, so nothing can be compared.")
    with services.database.read() as session:
        said = _said(session, video_id)
    sides = [
        Side(version, explain.latest(services, video_id, version_id=version.id))
        for version in (first, second)
    ]
    pair = Pair(video, sides[0], sides[1], said)
    before_side, after_side = (_with_kept_curves(services, pair, side) for side in pair.sides)
    return replace(pair, before=before_side, after=after_side)


def complete(services: Services, pair: Pair, on_progress: OnProgress) -> Pair:
    """Makes the answers and curves that `pair` lacks, and finds it again.

    Raises `UnknownModel`, `VideoError`, `StorageError`, `Cancelled`.
    """
    for side in pair.unanswered:
        weights = str(answering_model.file_of(services, side.version))
        made = explain.explain(services, pair.video, on_progress, model=weights)
        if made.prediction.version != side.version.sha256:
            raise answering_model.changed(side.version)
    pair = _again(services, pair)
    for side in pair.sides:
        lacking = _lacking(side, pair.classes)
        if side.answer is not None and lacking:
            _work_out(services, side, side.answer, lacking, on_progress)
    return _again(services, pair)


def others(services: Services, answer: Answer) -> tuple[VersionRecord, ...]:
    """The versions besides this answer's that answered for its video too, newest first."""
    with services.database.read() as session:
        answers = predictions.of_video(session, video_id=answer.video.id)
    there = dict.fromkeys(a.model_sha256 for a in answers if a.saliency_uri is not None)
    return tuple(
        versions.find(services, sha256) for sha256 in there if sha256 != answer.prediction.version
    )


def _again(services: Services, pair: Pair) -> Pair:
    first, second = (side.version.sha256 for side in pair.sides)
    return find(services, pair.video.id, before=first, after=second)


def _said(session: Session, video_id: int) -> LabelEventRecord | None:
    """The decision that counts for the whole video."""
    events = decisions.current(session, video_id=video_id)
    return next((event for event in reversed(events) if event.segment_id is None), None)


def _lacking(side: Side, classes: tuple[str, ...]) -> list[int]:
    """Numbers of the classes that the side knows and has no curves of, in ascending order."""
    numbers = (side.index(label) for label in classes if side.row(label) is None)
    return sorted(number for number in numbers if number is not None)


def _work_out(
    services: Services, side: Side, answer: Answer, classes: list[int], on_progress: OnProgress
) -> None:
    predictor = answering_model.predictor_of(services, side.version)
    path = services.media.local_path(answer.video.uri)
    wide = predictor.predict(path, classes=classes, on_progress=on_progress)
    results.keep(
        services.media, answer.subject, _with_curves_of(classes, side.version.sha256), wide
    )


def _with_kept_curves(services: Services, pair: Pair, side: Side) -> Side:
    lacking = _lacking(side, pair.classes)
    if side.answer is None or not lacking:
        return side
    kind = _with_curves_of(lacking, side.version.sha256)
    wide = results.find(services.media, side.answer.subject, kind)
    return side if wide is None else replace(side, answer=replace(side.answer, prediction=wide))


def _with_curves_of(classes: list[int], version: str) -> Kind[Prediction]:
    """An answer of a version (SHA-256) with the curves of further classes, by their numbers."""

    def pack(wide: Prediction) -> Packed:
        fields = {"scores": packing.scores_of(wide), "details": packing.details_of(wide)}
        return Packed(fields, packing.arrays_of(wide))

    def unpack(stored: Packed) -> Prediction:
        return packing.unpack(
            version=version,
            scores=[Score(**score) for score in stored.fields["scores"]],
            details=stored.fields["details"],
            arrays=stored.arrays or b"",
        )

    return Kind(f"with-{'-'.join(map(str, classes))}", pack, unpack)
