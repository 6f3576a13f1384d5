"""Who is logged in, and the way out; nothing where nobody has to log in.

The name comes with the page: Gradio writes it into the page's configuration.
"""

from __future__ import annotations

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet

STYLES = ("kit/base.css", "account/account.css")


def account() -> gr.HTML:
    """The component."""
    return gr.HTML(
        "",
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("account/account.js"),
        apply_default_css=False,
        elem_id="account",
    )
