"""Whether to believe the picture of the evidence: what speaks against it, in plain words.

The rules of the design note (section 6). The thresholds were chosen on real clips; how, and what
they do on clips that were kept aside, is in benchmarks/saliency/README.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isnan
from typing import Literal

import numpy as np

from model.evidence.checking import Examination, told_check
from model.evidence.contrast import contrast_curves
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
    """One thing that speaks against the picture: `text` for people, and what was measured."""

    code: Code
    text: str
    measured: float
    threshold: float


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
        text = "Nothing is shown: the evidence does not add up to the answer."
        return Trust((Finding("nothing_shown", text, 0.0, 0.0),), examined=False)
    if examination is not None:
        found.extend(_after_looking_again(prediction, examination, limits))
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
    text = "The model is undecided: what tells its guesses apart in time means little here."
    first, lead = prediction.top[0].probability, lead_of(prediction)
    if first < limits.undecided:
        yield Finding("undecided", text, first, limits.undecided)
    elif lead < LEAST_LEAD:
        yield Finding("undecided", text, lead, LEAST_LEAD)


def _even(
    prediction: Prediction, examination: Examination | None, limits: Thresholds
) -> Iterator[Finding]:
    label = prediction.top[0].label
    if (found := evenness(prediction)) < limits.even:
        text = f"The evidence for {label} is spread evenly: no single moment decides."
        yield Finding("even", text, found, limits.even)
        return
    spread = _spread(prediction)
    if examination is not None and spread < limits.noise * examination.noise:
        text = (
            f"What rises and falls in the curve for {label} is hardly more than what a mirrored "
            "picture changes: take no moment from it."
        )
        yield Finding("even", text, spread / examination.noise, limits.noise)


def _disagreeing(prediction: Prediction, limits: Thresholds) -> Iterator[Finding]:
    agreement = prediction.evidence.agreement
    if not isnan(agreement) and agreement < limits.agreement:
        text = "Read the curve roughly; it may shift by a second."
        yield Finding("clips_disagree", text, agreement, limits.agreement)


def _pictures(prediction: Prediction, limits: Thresholds) -> Iterator[Finding]:
    rows = prediction.frame_inds
    fewest, length = min(len(np.unique(row)) for row in rows), rows.shape[1]
    if fewest < limits.pictures:
        text = f"The video has only {fewest} different pictures to a clip: too few to tell when."
        yield Finding("few_pictures", text, fewest, limits.pictures)
    elif fewest < length:
        text = "The video is short, so pictures were used more than once: times are rough."
        yield Finding("padded", text, fewest, length)
    if REPAIRED_TIMES in prediction.notes:
        text = "This file's clock was damaged; times may be slightly off."
        yield Finding("time_stamps", text, 1.0, 1.0)


def _after_looking_again(
    prediction: Prediction, examination: Examination, limits: Thresholds
) -> Iterator[Finding]:
    label = prediction.top[0].label
    if examination.check.lead <= limits.freeze:
        yield Finding(
            "check_failed",
            told_check(examination.check, label),
            examination.check.lead,
            limits.freeze,
        )
    known = [value for value in (examination.mirrored, examination.shifted) if not isnan(value)]
    if known and min(known) < limits.likeness:
        what = (
            "the picture is mirrored"
            if examination.mirrored == min(known)
            else "the clips begin a little later"
        )
        text = f"The curve for {label} is unstable: it changes when {what}."
        yield Finding("unstable", text, min(known), limits.likeness)
    if examination.still >= limits.still:
        text = (
            f"A single picture is enough for {label}: the curve says when the scene looks like it, "
            "not when something moves."
        )
        yield Finding("still", text, examination.still, limits.still)
