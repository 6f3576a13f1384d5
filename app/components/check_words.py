"""What looking again at a changed video showed, in plain words for page and command line."""

from __future__ import annotations

from math import isnan

from app.components.wording import listed, stretch
from model.evidence.checking import LEAST_EFFECT, Check, Examination
from model.evidence.trust import DEFAULT, trust
from model.inference.headline import percent
from model.inference.prediction import Prediction


def told(prediction: Prediction, found: Examination) -> str:
    """What happened to the answer, in one sentence."""
    one = found.check
    label = prediction.top[one.row].label
    start = f"With the moments that matter most frozen, {label} goes from {percent(one.before)} to"
    both = f"{start} {percent(one.after)}; with as many others frozen, to {percent(one.others)}."
    if not one.passed:
        return f"{both} So these moments matter no more than others: do not rely on the curve."
    if not holds(one):
        return f"{both} So the answer does not need these moments: others are enough for it."
    return f"{both} So these moments do matter more than others."


def looks(found: Examination) -> list[str]:
    """What the other looks showed, one sentence each."""
    return [
        _likeness("Mirrored", found.mirrored),
        _likeness("Begun a little later", found.shifted),
        _still(found.still),
    ]


def moments(found: Examination) -> str:
    """Which moments were frozen as those that matter."""
    frozen = [stretch(span) for span in found.check.frozen]
    return f"Frozen as the moments that matter: {listed(frozen)}."


def objections(prediction: Prediction, found: Examination) -> list[str]:
    """What else speaks against the picture; that the check failed is what `told` says."""
    said = trust(prediction, found).findings
    return [finding.text for finding in said if finding.code != "check_failed"]


def holds(one: Check) -> bool:
    """Whether the answer loses something without these moments, and more than without others."""
    return one.passed and one.before - one.after > LEAST_EFFECT


def _likeness(what: str, likeness: float) -> str:
    if isnan(likeness):
        return f"{what}: the curve is flat, so it cannot be compared."
    kept = "keeps its shape" if likeness >= DEFAULT.likeness else "changes its shape"
    return f"{what}: the curve {kept} (likeness {likeness:.2f}; 1 is the same)."


def _still(share: float) -> str:
    if isnan(share):
        return "One still picture: there was no probability to keep."
    return f"One still picture alone keeps {percent(min(share, 1.0))} of the probability."
