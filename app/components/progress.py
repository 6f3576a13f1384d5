"""What is happening to a video right now: the stage, a bar, the time passed and about to pass.

Value (JSON; None hides it):

    {"stage": "waiting" | "storing" | "decoding" | "looking" | "explaining" | "copying",
     "share": 0..1 of that stage, "sentence": str, "elapsed_s": float,
     "remaining_s": float or null, "done": bool, "error": str or null, "note": str or null,
     "follows": number of a video or null}

An `error` is what went wrong, a `note` what somebody asked for, such as stopping. While `follows`
names a video the component asks the server how it stands (`/progress`) and shows it, whatever
happens to this window's events; once nothing is under way any more, the event `arrived` fires with
{"video", "state"}.
"""

from __future__ import annotations

from typing import Any, Literal

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet
from model.inference.prediction import Stage

STYLES = ("kit/base.css", "progress/progress.css")
SENTENCES: dict[Stage, str] = {
    "storing": "Storing the video.",
    "decoding": "Reading the pictures of the video.",
    "looking": "The model is looking at the video.",
    "explaining": "Working out when and where it saw what.",
    "copying": "Making a copy that your browser can play.",
}
WAITING = "Waiting to be analysed."


def progress(value: dict[str, Any] | None = None, *, elem_id: str = "progress") -> gr.HTML:
    """The component. As an output, take `show_progress="hidden"`: it is the progress display."""
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("progress/progress.js", "arrived"),
        apply_default_css=False,
        elem_id=elem_id,
    )


def progress_value(
    stage: Stage | Literal["waiting"],
    share: float,
    *,
    elapsed_s: float,
    remaining_s: float | None = None,
    sentence: str = "",
    done: bool = False,
    error: str | None = None,
    note: str | None = None,
    follows: int | None = None,
) -> dict[str, Any]:
    """One state of the work; without a `sentence` the stage's own is shown."""
    return {
        "stage": stage,
        "share": min(max(share, 0.0), 1.0),
        "sentence": sentence or (WAITING if stage == "waiting" else SENTENCES[stage]),
        "elapsed_s": elapsed_s,
        "remaining_s": remaining_s,
        "done": done,
        "error": error,
        "note": note,
        "follows": follows,
    }
