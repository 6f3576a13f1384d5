"""What the API page and `gradio_client`'s `view_api` say of each parameter.

Gradio 6.31 names the inputs of `gr.api` "1st", "2nd" and so on, and describes none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradio.context import get_blocks_context

from app.workflow.exchange.formats import KEYS
from storage.records.decision import NAMED, VERDICTS

CORRECT = {
    "video_id": "Number of the video, as /predict gives it.",
    "label": f"What it shows; needed for the verdicts {' and '.join(NAMED)}.",
    "verdict": f"{', '.join(VERDICTS[:-1])} or {VERDICTS[-1]}.",
    "op_id": "Any text of your own; sent twice, the correction is kept once.",
    "annotator": "Who says so, where nobody has to log in.",
    "note": "Anything to keep with it.",
    "prediction_id": "The answer that is judged; left out, the newest of the model in use.",
    "new_label": "True makes a label that does not exist yet.",
}
VIDEOS = {
    "text": "Part of a name, a label or a note; empty finds all.",
    "state": "Only videos in this state, for example unlabelled; left out, all.",
    "limit": "How many to give.",
    "offset": "How many to leave out before them.",
}
VIDEO = "The video file: handle_file(path). Addresses are not fetched."
FORMAT = f"One of {', '.join(KEYS)}."
AS_OF = "A day (2026-01-31) or a moment (2026-01-31T12:00Z); left out, now."


def describe(endpoint: Mapping[str, Any], sentences: Mapping[str, str]) -> None:
    """Names and describes all inputs of an endpoint of the current `gr.Blocks`.

    `sentences` has them in the order of the endpoint's parameters.
    """
    blocks = get_blocks_context()
    if blocks is None:
        raise RuntimeError("An endpoint is described within the gr.Blocks that it belongs to.")
    for number, (name, sentence) in zip(endpoint["inputs"], sentences.items(), strict=True):
        describe_input(blocks.blocks[number], name, sentence)


def describe_input(component: Any, name: str, sentence: str) -> None:
    """Gradio shows the label of an input as its name, and the sentence behind its type."""
    component.label = name
    known = component.api_info()
    component.api_info = lambda: known | {"additional_description": sentence}
