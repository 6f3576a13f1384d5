"""Before and after: the answers of two versions to the same videos, which neither learned from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.workflow.answers import explain
from app.workflow.services import Services
from model.errors import VideoError
from model.inference.prediction import Prediction
from model.learning.compare import Comparison, compare
from model.learning.examples import Example
from storage.errors import NotFoundError
from storage.records import videos
from storage.records.videos import VideoRecord

Tell = Callable[[int, int], None]
"""Called with how many answers there are, of how many wanted; may raise to stop."""
MANY = 100  # videos from which on a difference is not put down to their number
NOTHING_TO_CHECK = (
    "None of the corrected videos was kept for checking, so nobody can say whether this version is"
    " better. More corrections will change that."
)


@dataclass(frozen=True, slots=True)
class Checked:
    """One video that was kept for checking, and both versions' answers."""

    example: Example
    video: VideoRecord
    before: Prediction
    after: Prediction


def check_both(
    services: Services, examples: Sequence[Example], before: Path, after: Path, tell: Tell
) -> list[Checked]:
    """Both versions' answers, kept like any others so that people can look at them.

    A video that cannot be read any more is left out.
    """
    found: list[Checked] = []
    whole = 2 * len(examples)
    for done in range(0, whole, 2):
        example = examples[done // 2]
        with services.database.read() as session:
            video = videos.find(session, sha256=example.sha256)
        if video is None:
            continue
        try:
            tell(done, whole)
            first = _answer(services, video, before)
            tell(done + 1, whole)
            second = _answer(services, video, after)
        except (VideoError, NotFoundError):
            continue
        found.append(Checked(example, video, first, second))
        tell(done + 2, whole)
    return found


def report(checked: Sequence[Checked], *, left_out: int) -> dict[str, Any]:
    """What changed, as JSON values: the sentence, figures of both, per class, fixed and broken."""
    if not checked:
        return {"videos": 0, "left_out": left_out, "sentence": NOTHING_TO_CHECK}
    compared = compare(
        _rows([one.before for one in checked]),
        _rows([one.after for one in checked]),
        np.array([one.example.label for one in checked], np.int64),
        groups=tuple(one.example.group for one in checked),
    )
    interval = compared.difference_interval
    return {
        "videos": len(checked),
        "left_out": left_out,
        "sentence": sentence(compared),
        "p_value": compared.p_value,
        "means_something": compared.means_something,
        "difference": compared.difference,
        "difference_interval": [interval.low, interval.high],
        "before": compared.before.to_json(),
        "after": compared.after.to_json(),
        "classes": _classes(checked),
        "fixed": [_line(checked[row]) for row in compared.fixed],
        "broken": [_line(checked[row]) for row in compared.broken],
    }


def sentence(compared: Comparison) -> str:
    """The whole comparison in one sentence."""
    videos = compared.before.videos
    before, after = (round(m.top1 * videos) for m in (compared.before, compared.after))
    said = f"{before} of {videos} right before, {after} of {videos} now"
    if not compared.fixed and not compared.broken:
        return f"{said}: on these videos nothing changed."
    if compared.means_something:
        better = "better" if after > before else "worse"
        return f"{said}: this version is {better}, and chance alone would rarely do that."
    few = "with so few videos " if videos < MANY else ""
    return f"{said}; {few}that difference may be chance."


def _answer(services: Services, video: VideoRecord, weights: Path) -> Prediction:
    return explain.explain(services, video, lambda *_: None, model=str(weights)).prediction


def _rows(predictions: Sequence[Prediction]) -> NDArray[np.float64]:
    return np.stack([one.probabilities for one in predictions]).astype(np.float64)


def _classes(checked: Sequence[Checked]) -> list[dict[str, Any]]:
    """Per label, in the order of the alphabet: videos, right before, right now."""
    rows: dict[str, list[int]] = {}
    for one in checked:
        row = rows.setdefault(one.example.name, [0, 0, 0])
        row[0] += 1
        row[1] += one.before.top[0].index == one.example.label
        row[2] += one.after.top[0].index == one.example.label
    return [
        {"label": label, "videos": row[0], "before": row[1], "after": row[2]}
        for label, row in sorted(rows.items())
    ]


def _line(one: Checked) -> dict[str, Any]:
    return {
        "video_id": one.video.id,
        "name": one.video.name,
        "label": one.example.name,
        "before": one.before.top[0].label,
        "after": one.after.top[0].label,
        "before_version": one.before.version,
        "after_version": one.after.version,
    }
