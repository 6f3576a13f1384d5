"""Learned already: what people called videos like the one shown.

Value (JSON; None hides it):

    {"label": str, "sentence": what comes before the label, "same": whether the model says so too,
     "like": [{"id": int, "name": str, "link": str}, ...] the most similar first}

`Use this label` and the key 0 announce `secondlook:choose`, which the correction panel hears.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet

STYLES = ("kit/base.css", "recalled/recalled.css")


def recalled(value: dict[str, Any] | None = None) -> gr.HTML:
    """The component; give it values from `recalled_value`."""
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("recalled/recalled.js"),
        apply_default_css=False,
        elem_id="recalled",
    )


def recalled_value(
    label: str, *, known: int, same: bool, like: Sequence[tuple[int, str, str]]
) -> dict[str, Any]:
    """`known` videos were called `label`; `like` are (id, name, link) of the most similar ones."""
    so_many = "one" if known == 1 else str(known)
    return {
        "label": label,
        "sentence": f"Similar videos: people labelled {so_many} of them ",
        "same": same,
        "like": [{"id": number, "name": name, "link": link} for number, name, link in like],
    }
