"""Labels as files: the choice of a format with its button, and the file that is brought in.

Both speak to the doors of `server/label_files.py` (`/labels`); only how many labels there were at a
moment is asked through a server function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet
from app.workflow.errors import AppError
from storage.errors import StorageError

STYLES = ("kit/base.css", "adding/area.css", "exchange/exchange.css")


def export_panel(
    formats: Sequence[dict[str, Any]],
    count: Callable[[str], str],
    *,
    elem_id: str = "export",
) -> gr.HTML:
    """The formats as {"key", "name", "purpose", "ending", "only_media"}.

    `count` says how many labels there were at a moment in ISO 8601, "" for now.
    """

    def outlook(as_of: Any) -> str:
        try:
            return count(str(as_of))
        except (AppError, StorageError) as error:
            return str(error)

    return gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("exchange/export.js"),
        apply_default_css=False,
        server_functions=[outlook],
        elem_id=elem_id,
        formats=list(formats),
    )


def import_panel(*, elem_id: str = "import") -> gr.HTML:
    """The place for a file of labels, and what it would change."""
    return gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("exchange/import.js"),
        apply_default_css=False,
        elem_id=elem_id,
    )
