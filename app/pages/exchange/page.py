"""Taking the labels away: pick a format, get a file."""

from __future__ import annotations

import gradio as gr

from app.pages.parts.page_errors import plain
from app.pages.parts.slow_action import Values
from app.workflow.exchange import share
from app.workflow.exchange.formats import FORMATS
from app.workflow.exchange.package import ExportOrder
from app.workflow.services import Services

NAMES = {f"{one.name}: {one.purpose} ({one.ending})": one for one in FORMATS.values()}


def export_page(services: Services) -> None:
    """Builds the page inside the current `gr.Blocks`."""
    gr.Markdown("Take the labels away as a file. This only makes a copy.")
    form = gr.Radio(list(NAMES), value=next(iter(NAMES)), label="Format")
    button = gr.Button("Make the file", variant="primary")
    file = gr.File(label="Your file", visible=False, elem_id="export-file")
    said = gr.Markdown("", elem_id="export-said")

    def make(form: str) -> Values:
        exported = share.export_to_fetch(services, ExportOrder(NAMES[form]))
        return {
            file: gr.update(value=str(exported.files[0]), visible=True),
            said: exported.sentence,
        }

    button.click(plain(make), form, [file, said], api_visibility="private")
