"""Deleting a video, after a question that says what goes with it.

The question is asked in the browser (`static/deleting`) and carried out by two server functions
that every component with such a button has: `describe_video` answers with what would go, as
{"name", "labels"}, and `delete_video` with {"deleted": name}; either with {"error": sentence}.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet
from app.workflow.errors import AppError
from storage.errors import StorageError

STYLES = ("kit/base.css", "deleting/question.css")
LARGEST_NUMBER = 10**18  # what the database can count to
BAD_NUMBER = "This is not the number of a video. Load the page anew and try again."

Reply = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Going:
    """What would be deleted: the video's name, and how many labels people gave it."""

    name: str
    labels: int


@dataclass(frozen=True, slots=True)
class Deleting:
    """What the buttons do. `delete` returns the name of what it deleted."""

    describe: Callable[[int], Going]
    delete: Callable[[int, gr.Request], str]


def deleting_functions(deleting: Deleting) -> list[Callable[..., Reply]]:
    """The server functions of a component that has such a button."""

    def describe_video(number: Any) -> Reply:
        def answer(known: int) -> Reply:
            going = deleting.describe(known)
            return {"name": going.name, "labels": going.labels}

        return _answered(number, answer)

    def delete_video(number: Any, request: gr.Request) -> Reply:
        asking = _asking(request)
        return _answered(number, lambda known: {"deleted": deleting.delete(known, asking)})

    return [describe_video, delete_video]


def delete_button(deleting: Deleting, *, elem_id: str = "delete") -> gr.HTML:
    """A button for the video that the page shows; afterwards the list of videos is opened."""
    return gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("deleting/button.js"),
        apply_default_css=False,
        server_functions=deleting_functions(deleting),
        elem_id=elem_id,
    )


def _asking(request: Any) -> gr.Request:
    """The request as events get it; Gradio hands FastAPI's to server functions."""
    return gr.Request(request)


def _answered(number: object, answer: Callable[[int], Reply]) -> Reply:
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < LARGEST_NUMBER:
        return {"error": BAD_NUMBER}
    try:
        return answer(number)
    except (AppError, StorageError) as error:
        return {"error": str(error)}
