"""What looking again at a changed video showed, and what speaks against the picture."""

from __future__ import annotations

from math import isnan

from app.words.moments import when
from app.words.numbers import listed, percent
from model.evidence.freeze_check import Check, Examination
from model.evidence.trust import DEFAULT, Finding, trust
from model.inference.prediction import Prediction


def what_happened(prediction: Prediction, found: Examination) -> str:
    """What happened to the answer, in one sentence."""
    one = found.check
    label = prediction.top[one.row].label
    start = f"With the moments that matter most frozen, {label} goes from {percent(one.before)} to"
    both = f"{start} {percent(one.after)}; with as many others frozen, to {percent(one.others)}."
    if not one.passed:
        return f"{both} So these moments matter no more than others: do not rely on the curve."
    if not one.holds:
        return f"{both} So the answer does not need these moments: others are enough for it."
    return f"{both} So these moments do matter more than others."


def other_looks(found: Examination) -> list[str]:
    """What the other looks showed, one sentence each."""
    return [
        _likeness("Mirrored", found.mirrored),
        _likeness("Begun a little later", found.shifted),
        _still(found.still),
    ]


def frozen_moments(found: Examination) -> str:
    """Which moments were frozen as those that matter."""
    frozen = [when(span) for span in found.check.frozen]
    return f"Frozen as the moments that matter: {listed(frozen)}."


def objections(prediction: Prediction, found: Examination) -> list[str]:
    """What else speaks against the picture; that the check failed is what `what_happened` says."""
    said = trust(prediction, found).findings
    kept = [finding for finding in said if finding.code != "check_failed"]
    return [objection(finding, prediction, found) for finding in kept]


def objection(finding: Finding, prediction: Prediction, found: Examination | None = None) -> str:
    """What speaks against the picture of this answer's evidence, in one sentence.

    `found` is what looking again showed, if that was done.
    """
    label = prediction.top[0].label if prediction.top else ""
    match finding.code:
        case "nothing_shown":
            return "Nothing is shown: the evidence does not add up to the answer."
        case "undecided":
            return "The model is undecided: what tells its guesses apart in time means little here."
        case "even" if finding.detail == "noise":
            return (
                f"What rises and falls in the curve for {label} is hardly more than what a mirrored"
                " picture changes: take no moment from it."
            )
        case "even":
            return f"The evidence for {label} is spread evenly: no single moment decides."
        case "clips_disagree":
            return "Read the curve roughly; it may shift by a second."
        case "few_pictures":
            few = f"{finding.measured:.0f}"
            return f"The video has only {few} different pictures to a clip: too few to tell when."
        case "padded":
            return "The video is short, so pictures were used more than once: times are rough."
        case "time_stamps":
            return "This file's clock was damaged; times may be slightly off."
        case "unstable":
            mirrored = finding.detail == "mirrored"
            what = "the picture is mirrored" if mirrored else "the clips begin a little later"
            return f"The curve for {label} is unstable: it changes when {what}."
        case "still":
            return (
                f"A single picture is enough for {label}: the curve says when the scene looks like"
                " it, not when something moves."
            )
        case "check_failed":
            one = found.check if found is not None else None
            return "" if one is None else freezing(one, label)


def freezing(one: Check, label: str) -> str:
    """What freezing the moments that matter showed, in one sentence."""
    before, after, others = map(percent, (one.before, one.after, one.others))
    said = (
        f"With these moments frozen, {label} goes from {before} to {after}; with as many others "
        f"frozen, to {others}"
    )
    more = "more" if one.passed else "no more"
    return f"{said}: these moments matter {more} than others."


def _likeness(what: str, likeness: float) -> str:
    if isnan(likeness):
        return f"{what}: the curve is flat, so it cannot be compared."
    kept = "keeps its shape" if likeness >= DEFAULT.likeness else "changes its shape"
    return f"{what}: the curve {kept} (likeness {likeness:.2f}; 1 is the same)."


def _still(share: float) -> str:
    if isnan(share):
        return "One still picture: there was no probability to keep."
    return f"One still picture alone keeps {percent(min(share, 1.0))} of the probability."
