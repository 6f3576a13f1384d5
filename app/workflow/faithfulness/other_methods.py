"""An answer's classes by other methods: computed on request, and kept beside the video."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from app.workflow.answers import explain
from app.workflow.answers.explain import Answer
from app.workflow.errors import AppError, UnknownVideo
from app.workflow.models import answering_model, versions
from app.workflow.services import Services
from model.evidence.method_curves import MethodCurves, Way
from model.inference.completeness import adds_up
from model.inference.prediction import OnProgress
from model.weights import checkpoint
from storage import results
from storage.results import Kind, Packed

SHORT = 12  # digits of a version's SHA-256 in a link


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer and what other methods say about it; empty if they were not asked yet."""

    answer: Answer
    methods: tuple[MethodCurves, ...]


def methods_address(video_id: int, version: str) -> str:
    """The link to the page that compares the methods for the answer of a version (SHA-256)."""
    return f"/methods?video={video_id}&version={version[:SHORT]}"


def find(services: Services, video_id: int, *, version: str) -> Compared:
    """What is stored. `version` begins the version's SHA-256.

    Raises `UnknownVideo`, also if this version gave no answer, and `UnknownModel`.
    """
    known = versions.find(services, version)
    answer = explain.latest(services, video_id, version_id=known.id)
    if answer is None:
        raise UnknownVideo(f"{known.name} has not looked at this video yet.")
    return Compared(answer, results.find(services.media, answer.subject, METHODS) or ())


def compare(services: Services, answer: Answer, on_progress: OnProgress) -> Compared:
    """Asks all methods with the version that gave the answer, and keeps what they say.

    Raises `AppError` if the answer shows no evidence or the version's file is gone, `VideoError`,
    `StorageError`, `Cancelled`.
    """
    from model.evidence.compared import compare_methods  # noqa: PLC0415  # brings PyTorch

    if not adds_up(answer.prediction.evidence):
        raise AppError("This answer shows no evidence, so there is nothing to compare.")
    version = versions.find(services, answer.prediction.version)
    predictor = answering_model.predictor_of(services, version)
    # a copy of its own, on the processor: the one that answers belongs to its engine
    loaded = checkpoint.load(answering_model.file_of(services, version))
    if loaded.sha256 != version.sha256:
        raise answering_model.changed(version)
    methods = compare_methods(
        loaded,
        predictor,
        services.media.local_path(answer.video.uri),
        answer.prediction,
        limits=services.limits,
        on_progress=on_progress,
    )
    results.keep(services.media, answer.subject, METHODS, methods)
    return Compared(answer, methods)


def _pack(methods: tuple[MethodCurves, ...]) -> Packed:
    lines = [
        {
            "way": asdict(one.way),
            "seconds": one.seconds.tolist(),
            "curves": one.curves.tolist(),
            "cost_s": one.cost_s,
        }
        for one in methods
    ]
    return Packed({"methods": lines})


def _unpack(stored: Packed) -> tuple[MethodCurves, ...]:
    return tuple(
        MethodCurves(
            way=Way(**line["way"]),
            seconds=np.array(line["seconds"], dtype=np.float64),
            curves=np.array(line["curves"], dtype=np.float32),
            cost_s=line["cost_s"],
        )
        for line in stored.fields["methods"]
    )


METHODS: Kind[tuple[MethodCurves, ...]] = Kind("methods", _pack, _unpack)
