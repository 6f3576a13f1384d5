"""Both answers under one play head: the player, and each version's curves on one time axis.

Value (JSON; None shows nothing):

    {"said": sentence, "label": str or null,
     "classes": [{"label", "roles": [str]}],
     "sides": [{"title", "name", "verdict": "right" | "wrong" | "", "address",
                "answer": a viewer's value (`components.viewer`) or null, "missing": sentence,
                "rows": [{"known": bool, "row": int or null, "probability": 0..1 or null,
                          "words", "summary"}]} two times],
     "way": {"list", "place", "many", "previous": url or null, "next": url or null} or null,
     "working": bool}

`rows` go with `classes`; `row` is the place among the answer's classes, null while its curves have
not been worked out (`working` says that they are being so). It needs nothing from the server once
the value is there.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet
from app.components.evidence import sentences
from app.components.viewer import viewer_value
from app.words.certainty import step_words
from app.words.verdicts import OF_VERDICT
from app.workflow.comparing.links import Way
from app.workflow.comparing.side_by_side import SHORT, Pair, Side

STYLES = ("kit/base.css", "viewer/viewer.css", "viewer/timeline.css", "compare/compare.css")
NOT_SAID = "Nobody has said yet what this video shows."


def comparison(value: dict[str, Any] | None = None) -> gr.HTML:
    """The component; give it values from `comparison_value`."""
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("compare/compare.js"),
        apply_default_css=False,
        elem_id="comparison",
    )


def comparison_value(
    pair: Pair, way: Way | None, *, working: bool = False, start_at: float | None = None
) -> dict[str, Any]:
    """Both answers as the component's value. `start_at` (seconds) is where the player stands."""
    label = pair.said.label if pair.said else None
    return {
        "said": _said(pair),
        "label": label,
        "classes": [{"label": name, "roles": _roles(pair, name)} for name in pair.classes],
        "sides": [
            _side(pair, side, word, start_at)
            for side, word in zip(pair.sides, ("Before", "After"), strict=True)
        ],
        "way": _way(way),
        "working": working,
    }


def _said(pair: Pair) -> str:
    said = pair.said
    if said is None:
        return NOT_SAID
    if not said.label:
        return (said.verdict and OF_VERDICT[said.verdict].of_video) or NOT_SAID
    return f"{said.annotator or 'Somebody'} said: {said.label}."


def _roles(pair: Pair, label: str) -> list[str]:
    roles = ["what people said"] if pair.said and pair.said.label == label else []
    return roles + [
        f"what {side.version.name} said"
        for side in pair.sides
        if side.answer and side.answer.prediction.top[0].label == label
    ]


def _side(pair: Pair, side: Side, word: str, start_at: float | None) -> dict[str, Any]:
    version = side.version
    return {
        "title": f"{word}: {version.name}",
        "name": version.name,
        "verdict": _verdict(pair, side),
        "address": f"/?video={pair.video.id}&version={version.sha256[:SHORT]}",
        "answer": _answer(side, start_at),
        "missing": f"{version.name} has not looked at this video yet.",
        "rows": _rows(pair, side),
    }


def _verdict(pair: Pair, side: Side) -> str:
    if side.answer is None or pair.said is None or not pair.said.label:
        return ""
    return "right" if side.answer.prediction.top[0].label == pair.said.label else "wrong"


def _answer(side: Side, start_at: float | None) -> dict[str, Any] | None:
    if side.answer is None:
        return None
    video = side.answer.video
    return viewer_value(
        side.answer.prediction,
        video_id=video.id,
        name=video.name,
        src=f"/media/{video.id}/play",
        start_at=start_at,
    )


def _rows(pair: Pair, side: Side) -> list[dict[str, Any]]:
    said = sentences(side.answer.prediction) if side.answer else ()
    rows = []
    for label in pair.classes:
        index, row = side.index(label), side.row(label)
        probability, words = None, ""
        if index is not None and side.answer is not None:
            prediction = side.answer.prediction
            probability = float(prediction.probabilities[index])
            words = step_words(prediction, index)
        rows.append(
            {
                "known": index is not None,
                "row": row,
                "probability": probability,
                "words": words,
                "summary": "" if row is None else said[row],
            }
        )
    return rows


def _way(way: Way | None) -> dict[str, Any] | None:
    if way is None:
        return None
    return {
        "list": way.here.list_name,
        "place": way.here.place,
        "many": way.here.many,
        "previous": way.previous.address if way.previous else None,
        "next": way.next.address if way.next else None,
    }
