"""Looks again at a video that was changed, to see whether the picture of an answer holds.

What was found is kept beside the video, so that nobody waits for it twice.
"""

from __future__ import annotations

from dataclasses import asdict
from math import nan
from pathlib import Path
from typing import Any

from app.words.checks import objection
from app.workflow.answers.explain import Answer
from app.workflow.library import Models
from app.workflow.models import answering_model, versions
from app.workflow.services import Services
from model.evidence import freeze_check
from model.evidence.freeze_check import Check, Examination
from model.evidence.trust import trust
from model.inference.completeness import adds_up
from model.inference.packing import finite_or_none
from model.inference.prediction import OnProgress, Prediction, Span
from storage import results
from storage.results import Kind, Packed

NUMBERS = ("mirrored", "shifted", "noise", "still")


def can_check(prediction: Prediction) -> bool:
    """Whether the answer shows a picture that could be checked."""
    return adds_up(prediction.evidence)


def kept(services: Services, answer: Answer) -> Examination | None:
    """What checking this very answer showed; None if nobody did."""
    return results.find(services.media, answer.subject, CHECK)


def check(services: Services, answer: Answer, on_progress: OnProgress) -> Examination | None:
    """Checks an answer with the version that gave it, and keeps what was found.

    None if the answer shows no picture. Raises `UnknownModel` if the version's file is gone,
    `VideoError`, `StorageError`, `Cancelled`.
    """
    if not can_check(answer.prediction):
        return None
    version = versions.find(services, answer.prediction.version)
    predictor = answering_model.predictor_of(services, version)
    path = services.media.local_path(answer.video.uri)
    found = freeze_check.examine(predictor, path, answer.prediction, on_progress=on_progress)
    if found is not None:
        results.keep(services.media, answer.subject, CHECK, found)
    return found


def check_file(
    models: Models, video: Path, prediction: Prediction, *, model: str | None
) -> Examination | None:
    """Checks the answer of a model for a file that is not stored, averaged over `prob`."""
    if not can_check(prediction):
        return None
    return freeze_check.examine(models.predictor(model), video, prediction)


def check_report(prediction: Prediction, examination: Examination | None) -> dict[str, Any]:
    """What a check found as JSON values, for programs.

    `frozen` are the moments in seconds, all probabilities 0..1, likenesses -1..1 (null where a
    curve is constant); `findings` is all that speaks against the picture, the gravest first.
    """
    judged = trust(prediction, examination)
    fields = None if examination is None else _to_fields(examination)
    if fields is not None and examination is not None:
        fields["frozen"] = [[span.start_s, span.end_s] for span in examination.check.frozen]
        fields["passed"] = examination.check.passed
    return {
        "looked_again": fields,
        "findings": [
            {"code": one.code, "text": objection(one, prediction, examination)}
            for one in judged.findings
        ],
    }


def _to_fields(found: Examination) -> dict[str, Any]:
    numbers = {name: finite_or_none(getattr(found, name)) for name in NUMBERS}
    one = found.check
    frozen = [asdict(span) for span in one.frozen]
    shares = {"before": one.before, "after": one.after, "others": one.others}
    return {"row": one.row, "frozen": frozen} | shares | numbers


def _unpack(stored: Packed) -> Examination:
    fields = stored.fields
    numbers = {name: nan if fields[name] is None else fields[name] for name in NUMBERS}
    one = Check(
        row=fields["row"],
        frozen=tuple(Span(**span) for span in fields["frozen"]),
        before=fields["before"],
        after=fields["after"],
        others=fields["others"],
    )
    return Examination(check=one, **numbers)


CHECK: Kind[Examination] = Kind("check", lambda found: Packed(_to_fields(found)), _unpack)
