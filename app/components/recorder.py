"""The recorder: a clip from the camera with a countdown, without sound, never mirrored in the file.

When the person says "Use this recording" the file has been uploaded, the value is set and the event
`recorded` fires. Take the component as an input of the listener and call `recorded_path`:

    clip = recorder()
    clip.recorded(lambda value: ingest(recorded_path(value)), clip, ...)

Gradio then refuses a value that names anything but an upload of its own; a path from the event's
data would be whatever a stranger wrote there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from app.components.assets import EMPTY, mounted, stylesheet

STYLES = ("kit/base.css", "recorder/recorder.css")
LONGEST_S = 120  # of a recording "until I stop", unless told otherwise


def recorder(*, longest_s: int = LONGEST_S, elem_id: str = "recorder") -> gr.HTML:
    """The component. `longest_s` ends a recording that nobody stops."""
    component = gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("recorder/recorder.js", "recorded"),
        apply_default_css=False,
        elem_id=elem_id,
        longest_s=longest_s,
    )
    # Makes Gradio check the value as it checks that of a file component.
    component.data_model = FileData
    return component


def recorded_path(value: Any) -> Path | None:
    """Where the recording of the component's value lies; None before there is one."""
    if isinstance(value, FileData):
        return Path(value.path)
    return None
