"""One answer by several methods: their curves on one time axis, what each costs and can say.

Value (JSON; None shows nothing):

    {"video", "crop", "start_at": as in `components.viewer`, "gaps": [[a, b]],
     "back": url, "about": sentence, "classes": [{"label", "probability"}],
     "ways": [{"name", "stage", "cost_s", "signed", "adds_up": bool, "words": sentence,
               "seconds": [S], "curves": [[S] per class], "curve_scale", "gaps": [[a, b]]}]}

`curve_scale` is what fills a row's height: the same for all methods whose numbers add up to the
score, of each other method its own largest value over all classes. `ways` is empty until the
methods were asked. It needs nothing from the server once the value is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
import numpy as np

from app.components.assets import EMPTY, mounted, stylesheet
from app.components.viewer import viewer_value
from app.words.moments import clock
from app.workflow.faithfulness.other_methods import SHORT, Compared
from model.evidence.method_curves import WINDOWS, MethodCurves
from model.evidence.scale import LEAST_SCALE

STYLES = ("kit/base.css", "viewer/viewer.css", "viewer/timeline.css", "methods/methods.css")
NAMES = {
    "closed form": "Ours",
    "grad-cam": "Grad-CAM",
    "hirescam": "HiResCAM",
    "layercam": "LayerCAM",
    "grad-cam++": "Grad-CAM++",
    "occlusion": "Occlusion",
}
LAST, BEFORE, WHOLE = "last stage", "stage before", "whole video"
WORDS = {
    ("closed form", LAST): "The score taken apart exactly, in finer steps.",
    ("grad-cam", LAST): "Here the same as ours in coarser steps.",
    ("hirescam", LAST): "Here the same as ours in coarser steps.",
    ("layercam", LAST): "Leaves out all that speaks against the class.",
    (
        "grad-cam++",
        LAST,
    ): "Leaves out all that speaks against the class; strong gradients weigh more.",
    ("grad-cam", BEFORE): "Asks what the class wants of the whole clip, not of each moment.",
    ("hirescam", BEFORE): "Asks each moment, but leaves out what the stage after it makes of them.",
    ("layercam", BEFORE): "Asks each moment, and only for what speaks for the class.",
    ("grad-cam++", BEFORE): "Only what speaks for the class; strong gradients weigh more.",
}


def methods_comparison(value: dict[str, Any] | None = None) -> gr.HTML:
    """The component; give it values from `methods_value`."""
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("methods/methods.js"),
        apply_default_css=False,
        elem_id="methods",
    )


def methods_value(compared: Compared, *, start_at: float | None = None) -> dict[str, Any]:
    """All methods as the component's value. `start_at` (seconds) is where the player stands."""
    answer = compared.answer
    prediction = answer.prediction
    shown = viewer_value(
        prediction,
        video_id=answer.video.id,
        name=answer.video.name,
        src=f"/media/{answer.video.id}/play",
        start_at=start_at,
    )
    gaps = [[span.start_s, span.end_s] for span in prediction.evidence.gaps]
    return {
        "video": shown["video"],
        "crop": shown["crop"],
        "start_at": start_at,
        "gaps": gaps,
        "back": f"/?video={answer.video.id}&version={prediction.version[:SHORT]}",
        "about": _about(compared),
        "classes": [{"label": s.label, "probability": s.probability} for s in prediction.top],
        "ways": [_way(compared, one, gaps) for one in compared.methods],
    }


def _way(compared: Compared, one: MethodCurves, gaps: Sequence[Any]) -> dict[str, Any]:
    way = one.way
    window_s = compared.answer.prediction.video.duration_s / WINDOWS
    frozen = (
        f"What is lost when {clock(window_s)} s are frozen; what can be seen at other moments"
        " too is not missed."
    )
    return {
        "name": NAMES[way.method],
        "stage": way.place,
        "cost_s": one.cost_s,
        "signed": way.signed,
        "adds_up": way.adds_up,
        "words": WORDS.get((way.method, way.place), frozen),
        "seconds": [round(float(second), 4) for second in one.seconds],
        "curves": [[float(f"{value:.5g}") for value in row] for row in one.curves],
        "curve_scale": _scale(compared.methods if way.adds_up else [one]),
        "gaps": gaps,
    }


def _scale(methods: Sequence[MethodCurves]) -> float:
    """The largest value of those that share a scale."""
    together = [one for one in methods if one.way.adds_up] or methods
    largest = max(float(np.abs(one.curves).max()) for one in together)
    return max(largest, LEAST_SCALE) if together[0].way.adds_up else largest or 1.0


def _about(compared: Compared) -> str:
    """What the costs are to be compared with."""
    name = compared.answer.prediction.model
    if not compared.methods:
        return f"The other methods have not been asked about this answer of {name} yet."
    look_s = compared.methods[-1].cost_s / WINDOWS
    return (
        f"The answer is that of {name}. One look at this video took {look_s:.2g} s when this was"
        " measured; beside each method stands what it took on top, for all classes together."
    )
