"""Whether to believe the picture of the evidence: what speaks against it.

The rules of the design note (section 6). The thresholds were chosen on real clips; how, and what
they do on clips that were kept aside, is in benchmarks/saliency/README.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isnan
from typing import Literal

import numpy as np

from model.evidence.contrast import contrast_curves
from model.evidence.freeze_check import Examination
from model.inference.certainty import LEAST_LEAD, lead_of
from model.inference.completeness import adds_up
from model.inference.prediction import Prediction
from model.video.claims import REPAIRED_TIMES

Code = Literal[
    "nothing_shown",
    "undecided",
    "even",
    "clips_disagree",
    "few_pictures",
    "padded",
    "time_stamps",
    "unstable",
    "still",
    "check_failed",
]
Detail = Literal["", "noise", "mirrored", "shifted"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where each rule begins to speak."""

    undecided: float = 0.20  # probability of the first class
    even: float = 1.5  # range of the contrast curve, in leads over the second class
    noise: float = 3.0  # the same range, in median differences to the mirrored video
    likeness: float = 0.5  # rank correlation with the mirrored and the shifted video
    agreement: float = -0.6  # rank correlation of overlapping clips; the worst tenth are below
    still: float = 0.8  # share of the probability that one frame alone keeps
    freeze: float = -0.05  # probability that the top moments carry more than others
    pictures: int = 8  # different ones in a clip


DEFAULT = Thresholds()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks against the picture, and what was measured.

    `detail`: where a code has two causes, the second one, or which change did it.
    """

    code: Code
    measured: float
    threshold: float
    detail: Detail = ""


@dataclass(frozen=True, slots=True)
class Trust:
    """All findings, the gravest first. `examined`: the expensive checks were made as well."""

    findings: tuple[Finding, ...]
    examined: bool

    @property
    def codes(self) -> tuple[Code, ...]:
        """The codes of the findings, in their order."""
        return tuple(finding.code for finding in self.findings)


def trust(
    prediction: Prediction,
    examination: Examination | None = None,
    *,
    limits: Thresholds = DEFAULT,
) -> Trust:
    """What speaks against the picture of this answer's evidence.

    Without `examination` (`checking.examine`) only what costs nothing: all but stability, single
    frame and freeze check.
    """
    found: list[Finding] = []
    if not adds_up(prediction.evidence):
        return Trust((Finding("nothing_shown", 0.0, 0.0),), examined=False)
    if examination is not None:
        found.extend(_after_looking_again(examination, limits))
    found.extend(_undecided(prediction, limits))
    found.extend(_disagreeing(prediction, limits))
    found.extend(_even(prediction, examination, limits))
    found.extend(_pictures(prediction, limits))
    return Trust(tuple(found), examined=examination is not None)


def evenness(prediction: Prediction) -> float:
    """The range of the first class's contrast curve, in leads over the second class: small where
    no single moment decides. Infinite without a lead."""
    logits = prediction.evidence.logits
    lead = logits[0] - logits[1] if len(logits) > 1 else 0.0
    return _spread(prediction) / lead if lead > 0 else inf


def _spread(prediction: Prediction) -> float:
    return float(np.ptp(contrast_curves(prediction.evidence)[0]))


def _undecided(prediction: Prediction, limits: Thresholds) -> Iterator[Finding]:
    first, lead = prediction.top[0].probability, lead_of(prediction)
    if first < limits.undecided:
        yield Finding("undecided", first, limits.undecided)
    elif lead < LEAST_LEAD:
        yield Finding("undecided", lead, LEAST_LEAD)


def _even(
    prediction: Prediction, examination: Examination | None, limits: Thresholds
) -> Iterator[Finding]:
    if (found := evenness(prediction)) < limits.even:
        yield Finding("even", found, limits.even)
        return
    spread = _spread(prediction)
    if examination is not None and spread < limits.noise * examination.noise:
        yield Finding("even", spread / examination.noise, limits.noise, "noise")


def _disagreeing(prediction: Prediction, limits: Thresholds) -> Iterator[Finding]:
    agreement = prediction.evidence.agreement
    if not isnan(agreement) and agreement < limits.agreement:
        yield Finding("clips_disagree", agreement, limits.agreement)


def _pictures(prediction: Prediction, limits: Thresholds) -> Iterator[Finding]:
    rows = prediction.frame_inds
    fewest, length = min(len(np.unique(row)) for row in rows), rows.shape[1]
    if fewest < limits.pictures:
        yield Finding("few_pictures", fewest, limits.pictures)
    elif fewest < length:
        yield Finding("padded", fewest, length)
    if REPAIRED_TIMES in prediction.notes:
        yield Finding("time_stamps", 1.0, 1.0)


def _after_looking_again(examination: Examination, limits: Thresholds) -> Iterator[Finding]:
    if examination.check.lead <= limits.freeze:
        yield Finding("check_failed", examination.check.lead, limits.freeze)
    known = [value for value in (examination.mirrored, examination.shifted) if not isnan(value)]
    if known and min(known) < limits.likeness:
        which: Detail = "mirrored" if examination.mirrored == min(known) else "shifted"
        yield Finding("unstable", min(known), limits.likeness, which)
    if examination.still >= limits.still:
        yield Finding("still", examination.still, limits.still)
