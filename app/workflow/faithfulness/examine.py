"""Looks again at a video that was changed, to see whether the picture of an answer holds.

What was found is kept beside the video, so that nobody waits for it twice.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from math import nan
from pathlib import Path
from typing import Any

from app.workflow.answers.explain import Answer
from app.workflow.answers.packing import finite_or_none
from app.workflow.library import Models
from app.workflow.models import same_model, versions
from app.workflow.services import Services
from model.evidence import checking
from model.evidence.checking import Check, Examination
from model.evidence.trust import trust
from model.inference.completeness import adds_up
from model.inference.prediction import OnProgress, Prediction, Span
from storage.media import side_uri

FORMAT = 1
NUMBERS = ("mirrored", "shifted", "noise", "still")


def can_check(prediction: Prediction) -> bool:
    """Whether the answer shows a picture that could be checked."""
    return adds_up(prediction.evidence)


def kept(services: Services, answer: Answer) -> Examination | None:
    """What checking this very answer showed; None if nobody did."""
    uri = side_uri(answer.video.sha256, _name(answer.prediction))
    if not services.media.exists(uri):
        return None
    with services.media.open(uri) as stream:
        stored = json.load(stream)
    if stored.get("format") != FORMAT:
        return None
    found = _from_fields(stored)
    return found if stored["about"] == _about(answer.prediction) else None


def check(services: Services, answer: Answer, on_progress: OnProgress) -> Examination | None:
    """Checks an answer with the version that gave it, and keeps what was found.

    None if the answer shows no picture. Raises `UnknownModel` if the version's file is gone,
    `VideoError`, `StorageError`, `Cancelled`.
    """
    if not can_check(answer.prediction):
        return None
    version = versions.find(services, answer.prediction.version)
    predictor = same_model.predictor_of(services, version)
    path = services.media.local_path(answer.video.uri)
    found = checking.examine(predictor, path, answer.prediction, on_progress=on_progress)
    if found is not None:
        text = json.dumps(_to_fields(found) | {"about": _about(answer.prediction)})
        name = _name(answer.prediction)
        services.media.put_side(answer.video.sha256, name, io.BytesIO(text.encode()))
    return found


def check_file(
    models: Models, video: Path, prediction: Prediction, *, model: str | None
) -> Examination | None:
    """Checks the answer of a model for a file that is not stored, averaged over `prob`."""
    if not can_check(prediction):
        return None
    return checking.examine(models.predictor(model), video, prediction)


def check_report(prediction: Prediction, examination: Examination | None) -> dict[str, Any]:
    """What a check found as JSON values, for programs.

    `frozen` are the moments in seconds, all probabilities 0..1, likenesses -1..1 (null where a
    curve is constant); `findings` is all that speaks against the picture, the gravest first.
    """
    judged = trust(prediction, examination)
    fields = None if examination is None else _to_fields(examination)
    if fields is not None and examination is not None:
        del fields["format"]
        fields["frozen"] = [[span.start_s, span.end_s] for span in examination.check.frozen]
        fields["passed"] = examination.check.passed
    return {
        "looked_again": fields,
        "findings": [{"code": one.code, "text": one.text} for one in judged.findings],
    }


def _name(prediction: Prediction) -> str:
    return f"{prediction.version[:16]}.{prediction.protocol}.check.json"


def _about(prediction: Prediction) -> list[float]:
    """What a check belongs to: it says nothing about another answer, or one in other steps."""
    first = prediction.top[0]
    return [first.index, first.probability, len(prediction.evidence.seconds)]


def _to_fields(found: Examination) -> dict[str, Any]:
    numbers = {name: finite_or_none(getattr(found, name)) for name in NUMBERS}
    one = found.check
    frozen = [asdict(span) for span in one.frozen]
    shares = {"before": one.before, "after": one.after, "others": one.others}
    return {"format": FORMAT, "row": one.row, "frozen": frozen} | shares | numbers


def _from_fields(stored: Mapping[str, Any]) -> Examination:
    numbers = {name: nan if stored[name] is None else stored[name] for name in NUMBERS}
    one = Check(
        row=stored["row"],
        frozen=tuple(Span(**span) for span in stored["frozen"]),
        before=stored["before"],
        after=stored["after"],
        others=stored["others"],
    )
    return Examination(check=one, **numbers)
