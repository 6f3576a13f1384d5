"""Pages that need neither Gradio nor a log-in, in the colours of the program."""

from __future__ import annotations

import html
import string

from starlette.responses import HTMLResponse

from app.components.assets import STATIC


def plain_page(template: str, *, status: int, **texts: str) -> HTMLResponse:
    """A page of `static/doors/`, with its `$names` filled by texts of any content."""
    page = string.Template(_read(f"doors/{template}"))
    look = {
        "style": _read("style.css") + _read("doors/doors.css"),
        "script": _read("doors/doors.js"),
    }
    escaped = {name: html.escape(text) for name, text in texts.items()}
    filled = page.substitute(look | escaped)
    return HTMLResponse(filled, status_code=status, headers={"Cache-Control": "no-store"})


def _read(file: str) -> str:
    return (STATIC / file).read_text(encoding="utf-8")
