"""Keeps the address and the page about the same video, also on the browser's Back and Forward.

Value (JSON): {"video": number or null, "version": str or null, "missing": bool}, what the page is
about; `missing` if there is no such video. Where the person goes back or forth, the event `turned`
fires with {"video", "version", "t"}. The viewer and the panel tell on `document` which video they
show (`secondlook:about`); as long as they, the value and the address differ nothing of a video is
shown, and no key reaches it.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet


def guide(value: dict[str, Any] | None = None, *, elem_id: str = "guide") -> gr.HTML:
    """The component, of which nothing is seen. Set its value together with what it is about."""
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet("kit/base.css"),
        js_on_load=mounted("guide/guide.js", "turned"),
        apply_default_css=False,
        elem_id=elem_id,
    )


def guide_value(
    video: int | str | None, version: str | None = None, *, missing: bool = False
) -> dict[str, Any]:
    """What the page is about now; `version` is part of a link's address that asked for one."""
    return {"video": video, "version": version, "missing": missing}
