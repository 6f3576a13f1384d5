"""The bar of a queue: which of how many videos this is, why it is here, and the way to the next.

It has no value. The list of videos keeps the queue in the browser (`static/queue/kept.js`); the
correction panel says which video is shown, and what was saved or taken back. Where each label
changes what is best next, the bar asks for the rest of the queue anew after some of them. The next
videos are loaded ahead: their files into the browser's cache, and all that the page will show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet

STYLES = ("kit/base.css", "queue/queue.css")


@dataclass(frozen=True, slots=True)
class Queue:
    """Videos in order, beside each why it is there; `none` says why there are none.

    `adapts`: the order should be asked for again after some labels.
    """

    ids: Sequence[int]
    why: Sequence[str]
    none: str = ""
    adapts: bool = False

    def to_page(self) -> dict[str, Any]:
        """As the browser gets it."""
        return asdict(self)


def queue_bar(
    queue: Callable[[Any, gr.Request], Queue],
    ahead: Callable[[Any], dict[str, Any] | None],
    *,
    elem_id: str = "queue",
) -> gr.HTML:
    """The component; nothing is seen of it unless the video belongs to a queue.

    `queue` gets what follows the question mark of the list's address, unchecked. `ahead` gets a
    video's number, unchecked, and answers what the page will show of it: values of components by
    their ids, or None.
    """

    def queue_videos(query: Any, request: gr.Request) -> dict[str, Any]:
        return queue(query, request).to_page()

    def load_ahead(video: Any) -> dict[str, Any] | None:
        return ahead(video)

    return gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("queue/queue.js"),
        apply_default_css=False,
        server_functions=[queue_videos, load_ahead],
        elem_id=elem_id,
    )
