"""The files of `static/` as strings for `gr.HTML`, which takes one script and one style sheet.

`gr.HTML` has no module loading, so the files of a component are joined in the order given and run
as the body of one strict function: what one file declares, the next may use.
"""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"
EMPTY = '<div class="sl-root"></div>'  # the scripts build everything inside it


def script(name: str, *files: str) -> str:
    """Joins JavaScript files of `static/` into one; `name` is how the browser's tools show it."""
    parts = ["'use strict';", *(_read(file) for file in files), f"//# sourceURL=second-look/{name}"]
    return "\n".join(parts)


def stylesheet(*files: str) -> str:
    """Joins CSS files of `static/`. Gradio nests the rules under the component's own id."""
    return "\n".join(_read(file) for file in files)


def _read(file: str) -> str:
    return (STATIC / file).read_text(encoding="utf-8")
