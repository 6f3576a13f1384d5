"""What happened to an answer when its video was changed: a sentence, two pairs of bars, findings.

Value (JSON; None shows nothing):

    {"ask": sentence or null,
     "result": {"sentence", "passed": bool, "label", "moments": sentence,
                "bars": [{"name", "before": 0..1, "after": 0..1, "text"} two times],
                "looks": [sentence], "findings": [sentence]} or null,
     "methods": url}
"""

from __future__ import annotations

from math import isnan
from typing import Any

import gradio as gr

from app.components.assets import EMPTY, script, stylesheet
from app.components.wording import listed, percent, stretch
from model.inference.checking import Check, Examination
from model.inference.prediction import Prediction
from model.inference.trust import DEFAULT, trust

SCRIPTS = ("common/dom.js", "checking/checking.js")
STYLES = ("common/base.css", "checking/checking.css")
ASK = (
    "Can this picture be believed? The model looks six more times: with the moments said to matter"
    " frozen, with as many others frozen, mirrored, begun a little later, and at one still picture."
)
NOTHING_SHOWN = "This answer shows no evidence, so there is nothing to check."


def check_panel(value: dict[str, Any] | None = None) -> gr.HTML:
    """The component; give it values from `check_value`."""
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=script("checking.js", *SCRIPTS),
        apply_default_css=False,
        elem_id="check-panel",
    )


def check_value(
    prediction: Prediction, found: Examination | None, *, methods: str, can_check: bool = True
) -> dict[str, Any]:
    """The value for an answer and what checking it showed, if it was; `methods` leads on."""
    asked = ASK if can_check else NOTHING_SHOWN
    return {
        "ask": asked if found is None else None,
        "result": None if found is None else _result(prediction, found),
        "methods": methods if can_check else None,
    }


def told(prediction: Prediction, found: Examination) -> str:
    """What happened to the answer, in one sentence."""
    one = found.check
    label = prediction.top[one.row].label
    start = f"With the moments that matter most frozen, {label} goes from {percent(one.before)} to"
    both = f"{start} {percent(one.after)}; with as many others frozen, to {percent(one.others)}."
    if one.passed:
        return f"{both} So these moments do matter more than others."
    return f"{both} So these moments matter no more than others: do not rely on the curve."


def looks(found: Examination) -> list[str]:
    """What the other looks showed, one sentence each."""
    return [
        _likeness("Mirrored", found.mirrored),
        _likeness("Begun a little later", found.shifted),
        _still(found.still),
    ]


def _result(prediction: Prediction, found: Examination) -> dict[str, Any]:
    one = found.check
    said = trust(prediction, found).findings
    frozen = [stretch(span) for span in one.frozen]
    return {
        "sentence": told(prediction, found),
        "passed": one.passed,
        "label": prediction.top[one.row].label,
        "moments": f"Frozen as the moments that matter: {listed(frozen)}.",
        "bars": [
            _bar("These moments frozen", one, one.after),
            _bar("As many others frozen", one, one.others),
        ],
        "looks": looks(found),
        # the sentence above says it already
        "findings": [finding.text for finding in said if finding.code != "check_failed"],
    }


def _bar(name: str, one: Check, after: float) -> dict[str, Any]:
    text = f"{percent(one.before)} before, {percent(after)} after"
    return {"name": name, "before": one.before, "after": after, "text": text}


def _likeness(what: str, likeness: float) -> str:
    if isnan(likeness):
        return f"{what}: the curve is flat, so it cannot be compared."
    kept = "keeps its shape" if likeness >= DEFAULT.likeness else "changes its shape"
    return f"{what}: the curve {kept} (likeness {likeness:.2f}; 1 is the same)."


def _still(share: float) -> str:
    if isnan(share):
        return "One still picture: there was no probability to keep."
    return f"One still picture alone keeps {percent(min(share, 1.0))} of the probability."
