"""What stands on the Help page: a fixed text with pictures, from `static/help/help.html`.

The pictures come from `PICTURES`; `tests/browser/help/take_pictures.py` takes them anew.
"""

from __future__ import annotations

import gradio as gr

from app.components.assets import STATIC, stylesheet

PICTURES = STATIC / "help" / "pictures"


def help_text() -> gr.HTML:
    """The component; it has no value and needs no script."""
    return gr.HTML(
        "",
        html_template=(STATIC / "help" / "help.html").read_text(encoding="utf-8"),
        css_template=stylesheet("kit/base.css", "help/help.css"),
        apply_default_css=False,
        elem_id="help",
    )
