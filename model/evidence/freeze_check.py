"""Does the answer rest on what the curve shows? Found by taking it away and looking again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.evidence.contrast import contrast_curves
from model.evidence.stretches import cells, runs, span_of
from model.inference.agreement import spearman
from model.inference.change import Change
from model.inference.prediction import OnProgress, Prediction, ProtocolName, Span, Stage

MATTERING_SHARE = 0.2
"""How much of the answer's time counts as the moments that matter (design note, rule 5)."""
OTHER_TURNS = (1 / 3, 2 / 3)
"""Where as many other frames are frozen, as shares of the video to turn by; their mean counts."""
LEAST_EFFECT = 0.02
"""Of probability; a smaller difference than two percent points is no effect."""
SHIFT = 2
"""Sampled frames: less than a step of the evidence, so that the curve should hardly change."""


class ChangingPredictor(Protocol):
    """A predictor that can look again at a changed video, as `LocalPredictor` can."""

    def predict(
        self,
        video: Path,
        *,
        protocol: ProtocolName = "auto",
        classes: Sequence[int] = (),
        top_k: int = 5,
        change: Change = ...,
        on_progress: OnProgress | None = None,
    ) -> Prediction:
        """See `LocalPredictor.predict`."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """The probability of one class: as answered, with `frozen` frozen, with as many others frozen.

    `row` of `Prediction.top`; all 0..1.
    """

    row: int
    frozen: tuple[Span, ...]
    before: float
    after: float
    others: float

    @property
    def passed(self) -> bool:
        """Whether these moments carry more of the answer than others do."""
        return self.lead > LEAST_EFFECT

    @property
    def holds(self) -> bool:
        """Whether the answer loses something without these moments, more than without others."""
        return self.passed and self.before - self.after > LEAST_EFFECT

    @property
    def lead(self) -> float:
        """How much more probability these moments carry than others, -1..1."""
        return self.others - self.after


@dataclass(frozen=True, slots=True)
class Examination:
    """What looking again showed of the first class's contrast curve.

    `mirrored` and `shifted`: rank correlation -1..1 with the curve of the mirrored video, and of
    clips begun a little later; NaN where a curve is constant. `noise`: median difference to the
    mirrored one, in logits. `still`: the share of the class's probability that is left when the
    peak's single frame is shown all the time. `check`: the freeze check of the top moments.
    """

    mirrored: float
    shifted: float
    noise: float
    still: float
    check: Check


def mattering(prediction: Prediction, row: int = 0) -> tuple[Span, ...]:
    """The strongest moments of a class against the others, a fifth of the answer's time."""
    evidence = prediction.evidence
    curve = contrast_curves(evidence)[row]
    weights = evidence.weights if len(evidence.weights) else np.full(len(curve), 1 / len(curve))
    order = np.argsort(-curve, kind="stable")
    before = np.cumsum(weights[order]) - weights[order]
    chosen = np.zeros(len(curve), dtype=np.bool_)
    chosen[order] = before < MATTERING_SHARE
    places = cells(evidence.seconds, evidence.gaps, prediction.video.duration_s)
    return tuple(span_of(run, places) for run in runs(chosen, places))


def check_moments(
    predictor: ChangingPredictor,
    video: Path,
    prediction: Prediction,
    frozen: tuple[Span, ...],
    *,
    row: int = 0,
    on_progress: OnProgress | None = None,
) -> Check:
    """Freezes these moments, then as many others, and reads the class's probability each time.

    `prediction` is the predictor's own answer for `video`. Looks at the video three times; raises
    what `predict` raises, and whatever `on_progress` does.
    """
    changes = [Change(frozen=frozen), *(Change(frozen=frozen, turned=t) for t in OTHER_TURNS)]
    found = _looked_again(predictor, video, prediction, changes, on_progress)
    after, *others = (float(again.top[row].probability) for again in found)
    before = prediction.top[row].probability
    return Check(row, frozen, before, after, float(np.mean(others)))


def examine(
    predictor: ChangingPredictor,
    video: Path,
    prediction: Prediction,
    *,
    on_progress: OnProgress | None = None,
) -> Examination | None:
    """Mirrors, shifts, stills and freezes the video, six looks in all; None without evidence.

    `prediction` is the predictor's own answer for `video`. Raises what `predict` raises, and
    whatever `on_progress` does.
    """
    seconds = prediction.evidence.seconds
    if not len(seconds):
        return None
    curve = contrast_curves(prediction.evidence)[0]
    frozen = mattering(prediction)
    changes = [
        Change(mirrored=True),
        Change(later=SHIFT),
        Change(still_s=float(seconds[curve.argmax()])),
        Change(frozen=frozen),
        *(Change(frozen=frozen, turned=turn) for turn in OTHER_TURNS),
    ]
    again = _looked_again(predictor, video, prediction, changes, on_progress)
    mirrored, shifted = (_read(one, seconds) for one in again[:2])
    still, after, *others = (float(one.top[0].probability) for one in again[2:])
    first = prediction.top[0].probability
    return Examination(
        mirrored=_likeness(curve, mirrored),
        shifted=_likeness(curve, shifted),
        noise=float(np.nanmedian(np.abs(curve - mirrored))) if mirrored is not None else nan,
        still=still / first if first > 0 else nan,
        check=Check(0, frozen, first, after, float(np.mean(others))),
    )


def _looked_again(
    predictor: ChangingPredictor,
    video: Path,
    prediction: Prediction,
    changes: Sequence[Change],
    on_progress: OnProgress | None,
) -> list[Prediction]:
    classes = [score.index for score in prediction.top]
    found = []
    for number, change in enumerate(changes):

        def report(stage: Stage, share: float, done: int = number) -> None:
            if on_progress is not None:
                here = share if stage == "looking" else float(stage == "explaining")
                on_progress("looking", (done + here) / len(changes))

        found.append(
            predictor.predict(
                video,
                protocol=prediction.protocol,
                classes=classes,
                top_k=0,
                change=change,
                on_progress=report,
            )
        )
    return found


def _read(again: Prediction, seconds: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The first class's contrast at `seconds`, NaN outside of what was looked at."""
    evidence = again.evidence
    if not len(evidence.seconds):
        return None
    curve = contrast_curves(evidence)[0]
    read: NDArray[np.float64] = np.interp(seconds, evidence.seconds, curve, np.nan, np.nan)
    return read


def _likeness(curve: NDArray[np.floating], again: NDArray[np.float64] | None) -> float:
    if again is None:
        return nan
    known = ~np.isnan(again)
    return spearman(curve[known], again[known])
