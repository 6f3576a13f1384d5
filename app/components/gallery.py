"""The table of videos: what the model said, what people said, and a link to each.

Value (JSON): {"rows": [row], "empty": what to say when there is none}, a row being

    {"id": int, "link": str, "name": str, "prediction": str or null, "probability": float or null,
     "label": str or null, "who": str, "when": ISO 8601 or null, "state": str}

It is sorted in the browser, as given until a header is pressed; filtering is the page's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import gradio as gr

from app.components.assets import EMPTY, script, stylesheet

SCRIPTS = ("common/dom.js", "gallery/gallery.js")
STYLES = ("common/base.css", "gallery/gallery.css")


@dataclass(frozen=True, slots=True)
class VideoRow:
    """One video. `probability` 0..1; `when` has a time zone; `state` is a word or two."""

    id: int
    name: str
    prediction: str | None = None
    probability: float | None = None
    label: str | None = None
    who: str = ""
    when: datetime | None = None
    state: str = ""


def gallery(value: dict[str, Any] | None = None, *, elem_id: str = "videos") -> gr.HTML:
    """The component; give it values from `gallery_value`."""
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=script("gallery.js", *SCRIPTS),
        apply_default_css=False,
        elem_id=elem_id,
    )


def gallery_value(
    rows: Sequence[VideoRow], *, empty: str = "There is no video yet.", page: str = "/"
) -> dict[str, Any]:
    """The table's value. `page` is the address of the page that shows one video."""
    return {"rows": [_row(row, page) for row in rows], "empty": empty}


def _row(row: VideoRow, page: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "link": f"{page}?video={row.id}",
        "name": row.name,
        "prediction": row.prediction,
        "probability": row.probability,
        "label": row.label,
        "who": row.who,
        "when": row.when.isoformat() if row.when else None,
        "state": row.state,
    }
