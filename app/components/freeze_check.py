"""What happened to an answer when its video was changed: a sentence, two pairs of bars, findings.

Value (JSON; None shows nothing):

    {"ask": sentence or null,
     "result": {"sentence", "passed": bool, "label", "moments": sentence,
                "bars": [{"name", "before": 0..1, "after": 0..1, "text"} two times],
                "looks": [sentence], "findings": [sentence]} or null,
     "methods": url}
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet
from app.words.checks import frozen_moments, objections, other_looks, what_happened
from app.words.numbers import percent
from model.evidence.freeze_check import Check, Examination
from model.inference.prediction import Prediction

STYLES = ("kit/base.css", "freeze_check/freeze_check.css")
ASK = (
    "Does the answer change when the key moments are hidden? The model looks six more times; that"
    " takes about a minute."
)
NOTHING_SHOWN = "This answer shows no evidence, so there is nothing to check."


def check_panel(value: dict[str, Any] | None = None) -> gr.HTML:
    """The component; give it values from `check_value`."""
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("freeze_check/freeze_check.js"),
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


def _result(prediction: Prediction, found: Examination) -> dict[str, Any]:
    one = found.check
    return {
        "sentence": what_happened(prediction, found),
        "passed": one.holds,
        "label": prediction.top[one.row].label,
        "moments": frozen_moments(found),
        "bars": [
            _bar("These moments frozen", one, one.after),
            _bar("As many others frozen", one, one.others),
        ],
        "looks": other_looks(found),
        "findings": objections(prediction, found),
    }


def _bar(name: str, one: Check, after: float) -> dict[str, Any]:
    text = f"{percent(one.before)} before, {percent(after)} after"
    return {"name": name, "before": one.before, "after": after, "text": text}
