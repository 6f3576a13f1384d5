"""The page's one first heading, which also gives the browser's tab its title.

Value (JSON): {"title": str, "about": str, "is_video": bool}. The event `secondlook:shown` with
{"name": str} says which video the page is about; the tab is then called after it, and so is the
heading if `is_video`.
"""

from __future__ import annotations

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet

STYLES = ("kit/base.css", "heading/heading.css")


def heading(title: str, about: str = "", *, is_video: bool = False) -> gr.HTML:
    """The component. `about` is a sentence below, for as long as there is no video."""
    return gr.HTML(
        {"title": title, "about": about, "is_video": is_video},
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("heading/heading.js"),
        apply_default_css=False,
        elem_id="heading",
    )
