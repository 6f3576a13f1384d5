"""The viewer: player, time line, heat map and top classes as one component.

Value (JSON; None shows an invitation to choose a video):

    {"answered": bool, "video": {"id", "name", "src", "duration", "fps", "width", "height"},
     "model": {"title", "name", "version"},
     "headline": str, "remark": str,
     "classes": [{"index", "label", "probability", "words", "summary"}],
     "timeline": {"edges": [S+1], "probabilities": [[S or null] per class]},
     "evidence": {"seconds": [S], "height", "width", "scale", "curve_scale", "gaps": [[a, b]],
                  "area": [x, y, width, height], "volume": base64 float16 [k, S, h, w]} or null,
     "reasons": what `reasons.reasons` gives, or null, "doubts": [str],
     "crop": {"x", "y", "width", "height"}, "clips": [[a, b]], "notes": [str],
     "start_at": seconds or null, "links": [{"text", "address"}]}

Where "answered" is false there are only "video" and "playable": the video can be watched, or its
copy for browsers is not ready yet.

In the page it sends `secondlook:class` ({index, label}) and `secondlook:time` ({t}) on `document`
and obeys `secondlook:seek` ({t}). It needs nothing from the server once the value is there, so it
must not be an input of an event: that would send the whole value back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
import numpy as np
from numpy.typing import NDArray

from app.components.assets import EMPTY, mounted, stylesheet
from app.components.evidence import packed, sentences
from app.components.reasons import doubts, reasons
from app.words.certainty import headline, remark, step_words
from model.inference.prediction import Prediction

STYLES = ("kit/base.css", "viewer/viewer.css", "viewer/timeline.css")


def viewer(value: dict[str, Any] | None = None, *, elem_id: str = "viewer") -> gr.HTML:
    """The component; give it values from `viewer_value`."""
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("viewer/viewer.js"),
        apply_default_css=False,
        elem_id=elem_id,
    )


def viewer_value(
    prediction: Prediction,
    *,
    video_id: int,
    name: str,
    src: str,
    model_title: str = "",
    start_at: float | None = None,
    links: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """A prediction as the viewer's value.

    `src` is the URL that the browser plays; its time must start where the prediction's does.
    `start_at` (seconds) is where the player stands at first. `links` (text, address) lead on from
    this answer.
    """
    facts = prediction.video
    return {
        "answered": True,
        "video": {
            "id": video_id,
            "name": name,
            "src": src,
            "duration": facts.duration_s,
            "fps": facts.fps,
            "width": facts.width,
            "height": facts.height,
        },
        "model": {
            "title": model_title or prediction.model,
            "name": prediction.model,
            "version": prediction.version,
        },
        "headline": headline(prediction),
        "remark": remark(prediction),
        "classes": _classes(prediction),
        "timeline": {
            "edges": [round(float(edge), 4) for edge in prediction.timeline.edges],
            "probabilities": [_numbers(row) for row in prediction.timeline.probabilities],
        },
        "evidence": packed(prediction.evidence),
        "reasons": reasons(prediction),
        "doubts": doubts(prediction),
        "crop": {
            "x": prediction.crop.x,
            "y": prediction.crop.y,
            "width": prediction.crop.width,
            "height": prediction.crop.height,
        },
        "clips": [[span.start_s, span.end_s] for span in prediction.clips],
        "notes": list(prediction.notes),
        "start_at": start_at,
        "links": [{"text": text, "address": to} for text, to in links],
    }


def unanswered_value(
    *,
    video_id: int,
    name: str,
    src: str,
    duration_s: float,
    fps: float,
    size: tuple[int, int],
    playable: bool,
) -> dict[str, Any]:
    """A video that has no answer yet, to be watched; `size` is (width, height) in pixels."""
    return {
        "answered": False,
        "playable": playable,
        "video": {
            "id": video_id,
            "name": name,
            "src": src,
            "duration": duration_s,
            "fps": fps,
            "width": size[0],
            "height": size[1],
        },
    }


def _classes(prediction: Prediction) -> list[dict[str, Any]]:
    return [
        {
            "index": score.index,
            "label": score.label,
            "probability": score.probability,
            "words": step_words(prediction, score.index),
            "summary": sentence,
        }
        for score, sentence in zip(prediction.top, sentences(prediction), strict=True)
    ]


def _numbers(row: NDArray[np.float32]) -> list[float | None]:
    return [round(float(value), 5) if np.isfinite(value) else None for value in row]
