"""The three parts of the Teach page: what there is to learn from, how it goes, the versions.

`readiness` (JSON): {"model": str, "counts": [{"label", "learn", "check", "new", "taken"}],
"problems": [sentence], "notes": [sentence]}.

`lesson` (JSON; None hides it): {"state": "queued" | "running" | "done" | "failed" | "cancelled",
"share": 0..1, "sentence": str, "elapsed_s": float, "remaining_s": float or null,
"curve": [{"loss": float, "right": 0..1 or null}]}.

`version_list` (JSON): {"versions": [{"id", "name", "sha256", "parent", "made_at", "active",
"learned_from", "result"}]}, `result` being what `teach_compare.report` gives, or {}, with `words`
in its figures. Its event `promote` carries {"version_id": int}.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet

EVENTS = {"readiness": (), "lesson": (), "versions": ("promote",)}
STYLES = ("kit/base.css", "progress/progress.css", "teaching/teaching.css")


def readiness(value: dict[str, Any] | None = None) -> gr.HTML:
    """Which labels have how many videos, and what is still missing."""
    return _component("readiness", value)


def lesson(value: dict[str, Any] | None = None) -> gr.HTML:
    """A bar, the time left and the curve, or how it ended."""
    return _component("lesson", value)


def version_list(value: dict[str, Any] | None = None) -> gr.HTML:
    """All versions with what changed, and a button each to let it answer."""
    return _component("versions", value)


def _component(name: str, value: dict[str, Any] | None) -> gr.HTML:
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted(f"teaching/{name}.js", *EVENTS[name]),
        apply_default_css=False,
        elem_id=f"teach-{name}",
    )
