"""The bar of a queue: which of how many videos this is, and the way to the next one.

It has no value. The list of videos keeps the queue in the browser (`static/queue/kept.js`); the
correction panel says which video is shown, and what was saved or taken back.
"""

from __future__ import annotations

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet

STYLES = ("kit/base.css", "queue/queue.css")


def queue_bar(*, elem_id: str = "queue") -> gr.HTML:
    """The component; nothing is seen of it unless the video belongs to a queue."""
    return gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("queue/queue.js"),
        apply_default_css=False,
        elem_id=elem_id,
    )
