"""The correction panel: says what the model thought and takes what a person thinks.

Value (JSON; None hides the panel):

    {"video_id": int, "video_name": str, "prediction_id": int or null, "model": str,
     "question": str, "sure": bool,                           only a sure answer can be agreed to
     "said": [{"label", "probability", "percent"}],           what the model said, best first
     "labels": [str], "probabilities": [float or null],       all names to choose from, in parallel
     "saved": {"op_id", "event_id", "what", "at"} or null,    the last decision kept
     "undone": {"op_id", "event_id", "at"} or null,           the last decision taken back
     "current": [entry], "history": [entry], "error": str or null,
     "dispute": [{"who", "said", "label": str or null}],      who says what, where people disagree
     "verdicts": [verdict]}                                   what can be said (`words.verdicts`)

An entry is {"event_id", "annotator", "sentence", "note", "at", "undone", "can_undo"}; times are
ISO 8601 with a zone and shown in the browser's own.

Decisions travel through two server functions, not through an event: an event is dropped silently
while its predecessor runs, a server function tells whether it was answered. Until it is answered
the panel sends the same `op_id` again, also after a reload, so the receiver must treat an `op_id`
that it knows as done and answer as it did the first time. After an answer the events `saved` and
`undone` fire with {"op_id", "event_id"}, for pages that show the decision elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet
from app.components.decision import Claim, Entry, Undo, received_decision
from app.words.certainty import question
from app.words.numbers import percent
from app.words.verdicts import ON_PAGES
from app.workflow.errors import AppError
from model.inference.certainty import is_sure
from model.inference.prediction import Prediction
from storage.errors import StorageError
from storage.records.decision import Decision

STYLES = (
    "kit/base.css",
    "correction/correction.css",
)
UNANSWERED = "What does the video show?"
SAID = 5  # as many as have a digit key

VERDICTS = [one.to_page() for one in ON_PAGES]

Reply = dict[str, Any]
Save = Callable[[Decision, gr.Request], Reply]
TakeBack = Callable[[Undo, gr.Request], Reply]


def correction(
    value: dict[str, Any] | None = None,
    *,
    save: Save,
    undo: TakeBack,
    elem_id: str = "correction",
) -> gr.HTML:
    """The component. `save` and `undo` answer with `saved_reply` or `undone_reply`.

    They may raise an `AppError`, which refuses for good and is shown. A `StorageError` and any
    other exception mean "not kept": the panel says so and tries again.
    """

    def save_decision(data: Any, request: gr.Request) -> Reply:
        return _answered(lambda: save(received_decision(data), _asking(request)))

    def take_back(data: Any, request: gr.Request) -> Reply:
        return _answered(lambda: undo(Undo.received(data), _asking(request)))

    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("correction/correction.js", "saved", "undone"),
        apply_default_css=False,
        server_functions=[save_decision, take_back],
        elem_id=elem_id,
    )


def correction_value(
    prediction: Prediction,
    *,
    video_id: int,
    video_name: str,
    prediction_id: int | None,
    labels: Sequence[str],
    current: Sequence[Entry] = (),
    history: Sequence[Entry] = (),
    dispute: Sequence[Claim] = (),
) -> dict[str, Any]:
    """The panel's value for one prediction.

    `labels` are all names to choose from: first the model's classes in the order of
    `prediction.probabilities`, then those that people added.
    """
    known = [round(float(probability), 6) for probability in prediction.probabilities]
    added = len(labels) - len(known)
    return {
        "video_id": video_id,
        "video_name": video_name,
        "prediction_id": prediction_id,
        "model": prediction.model,
        "question": question(prediction),
        "sure": is_sure(prediction),
        "said": [
            {"label": s.label, "probability": s.probability, "percent": percent(s.probability)}
            for s in prediction.top[:SAID]
        ],
        "labels": list(labels),
        "probabilities": [*known[: len(labels)], *([None] * max(added, 0))],
        "verdicts": VERDICTS,
        **_state(current, history, dispute),
    }


def unanswered_correction(
    *,
    video_id: int,
    video_name: str,
    labels: Sequence[str],
    current: Sequence[Entry] = (),
    history: Sequence[Entry] = (),
    dispute: Sequence[Claim] = (),
) -> dict[str, Any]:
    """The panel's value for a video that no model has looked at yet; people may name it already."""
    return {
        "video_id": video_id,
        "video_name": video_name,
        "prediction_id": None,
        "model": "",
        "question": UNANSWERED,
        "sure": False,
        "said": [],
        "labels": list(labels),
        "probabilities": [None] * len(labels),
        "verdicts": VERDICTS,
        **_state(current, history, dispute),
    }


def saved_reply(
    *,
    op_id: str,
    event_id: int,
    what: str,
    at: datetime,
    current: Sequence[Entry],
    history: Sequence[Entry],
    dispute: Sequence[Claim] = (),
) -> Reply:
    """The answer to `save`. `what` completes "Saved as #418: ...", so usually the label."""
    saved = {"op_id": op_id, "event_id": event_id, "what": what, "at": at.isoformat()}
    return {**_state(current, history, dispute), "saved": saved}


def undone_reply(
    *,
    op_id: str,
    event_id: int,
    at: datetime,
    current: Sequence[Entry],
    history: Sequence[Entry],
    dispute: Sequence[Claim] = (),
) -> Reply:
    """The answer to `undo`; `event_id` is the decision that was taken back."""
    undone = {"op_id": op_id, "event_id": event_id, "at": at.isoformat()}
    return {**_state(current, history, dispute), "undone": undone}


def _answered(work: Callable[[], Reply]) -> Reply:
    try:
        return work()
    except AppError as error:
        return {"error": str(error)}
    except StorageError as error:
        return {"again": str(error)}


def _asking(request: Any) -> gr.Request:
    """The request as events get it; Gradio hands FastAPI's to server functions."""
    return gr.Request(request)


def _state(
    current: Sequence[Entry], history: Sequence[Entry], dispute: Sequence[Claim]
) -> dict[str, Any]:
    return {
        "saved": None,
        "undone": None,
        "current": [entry.as_json() for entry in current],
        "history": [entry.as_json() for entry in history],
        "error": None,
        "dispute": [asdict(claim) for claim in dispute],
    }
