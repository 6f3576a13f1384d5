"""What addresses of pages say, such as `/compare?video=3&t=2.5`; anybody may write anything."""

from __future__ import annotations

import math
import re

import gradio as gr

NUMBER = re.compile("[0-9]{1,18}")  # what the database can count to


def asked_for(request: gr.Request, *names: str) -> list[str | None]:
    """What the address gives for each of `names`; "" is nothing."""
    return [request.query_params.get(name) or None for name in names]


def number_of(text: str | None) -> int | None:
    """The number of a video, None for whatever else stands there."""
    return int(text) if text is not None and NUMBER.fullmatch(text) else None


def seconds_of(text: str | None) -> float | None:
    """A moment in a video, at least 0 s; None for whatever is no finite number."""
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None
