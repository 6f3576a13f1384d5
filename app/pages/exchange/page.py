"""Taking the labels away: pick a format, get a file."""

from __future__ import annotations

import gradio as gr

from app.pages.parts.page_errors import plain
from app.pages.parts.slow_action import Values
from app.workflow.exchange import share
from app.workflow.services import Services

FORMATS: dict[str, share.ExportFormat] = {
    "Table for a spreadsheet (CSV)": "csv",
    "Everything, for programs (JSON lines)": "jsonl",
    "Training list for MMAction2 (lists and label map)": "mmaction2",
    "All of these": "all",
}


def export_page(services: Services) -> None:
    """Builds the page inside the current `gr.Blocks`."""
    gr.Markdown("Take the labels away as a file. This only makes a copy.")
    form = gr.Radio(list(FORMATS), value=next(iter(FORMATS)), label="Format")
    button = gr.Button("Make the file", variant="primary")
    file = gr.File(label="Your file", visible=False, elem_id="export-file")
    said = gr.Markdown("", elem_id="export-said")

    def make(form: str) -> Values:
        exported = share.export_to_fetch(services, FORMATS[form])
        return {
            file: gr.update(value=str(exported.files[0]), visible=True),
            said: exported.sentence,
        }

    button.click(plain(make), form, [file, said], api_visibility="private")
