"""Adding videos: the area to drop or choose them in, and the list of those that are on their way.

The button that opens the area shows what has the id `bring`; it is open where no video is shown.

The list lies outside the area, so that it goes on when the area is folded away. It sends one file
a request to `/upload`, a few at a time (a ZIP file to `/archive`), tries again where that can help,
and then shows how far the answers are (`/progress`). What is under way is found again after a
reload. The event `opened` fires with {"video"} when somebody chooses a video of the list, and for
the first one of a selection.
"""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet

STYLES = ("kit/base.css", "adding/uploads.css")


def drop_area(*, accepted: Sequence[str], elem_id: str = "upload") -> gr.HTML:
    """The area. `accepted` are file endings such as `.mp4`, for the browser's file dialogue."""
    return gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet("kit/base.css", "adding/area.css"),
        js_on_load=mounted("adding/area.js"),
        apply_default_css=False,
        elem_id=elem_id,
        accepted=list(accepted),
    )


def add_button(*, elem_id: str = "add") -> gr.HTML:
    """The button that shows the ways to add a video."""
    return gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet("kit/base.css"),
        js_on_load=mounted("adding/opener.js"),
        apply_default_css=False,
        elem_id=elem_id,
    )


def uploads(
    *, at_once: int, most_bytes: int, most_archive_bytes: int, elem_id: str = "uploads"
) -> gr.HTML:
    """The list. `at_once` files are sent at a time, none larger than `most_bytes`."""
    return gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("adding/uploads.js", "opened"),
        apply_default_css=False,
        elem_id=elem_id,
        at_once=at_once,
        most_bytes=most_bytes,
        most_archive_bytes=most_archive_bytes,
    )


def batches(*, elem_id: str = "batches") -> gr.HTML:
    """The archives and folders that the server brings in (`/batches`); `opened` as in `uploads`."""
    return gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("adding/batches.js", "opened"),
        apply_default_css=False,
        elem_id=elem_id,
    )
