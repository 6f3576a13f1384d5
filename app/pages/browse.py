"""The list of all videos: what the model said, what people said, a link to each."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from app.components.gallery import VideoRow, gallery, gallery_value
from app.workflow import browse
from app.workflow.services import Services
from storage.browsing import State
from storage.browsing import VideoRow as StoredRow

EVERYBODY = "Everybody"
STATES: dict[str, State | None] = {
    "All videos": None,
    "Nobody has said anything yet": "unlabelled",
    "Has a label": "labelled",
    "Confirmed": "confirmed",
    "Corrected": "corrected",
    "Not sure": "unsure",
    "Unusable": "unusable",
}
PAGE = 50
WORDS = {
    "confirmed": "confirmed",
    "corrected": "corrected",
    "unsure": "not sure",
    "unusable": "unusable",
    "skipped": "skipped",
}


def browse_page(page: gr.Blocks, services: Services) -> None:
    """Builds the page."""
    with gr.Row():
        text = gr.Textbox(label="Search in names and labels", placeholder="archery", scale=3)
        state = gr.Dropdown(list(STATES), label="Show", scale=2)
        person = gr.Dropdown([EVERYBODY], value=EVERYBODY, label="Labelled by", scale=1)
    table = gallery()
    with gr.Row():
        before = gr.Button("Earlier page", interactive=False)
        after = gr.Button("Next page", interactive=False)
    offset = gr.State(0)
    filters = [text, state, person]
    outputs = [table, offset, before, after]
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}

    first = partial(_rows, services, 0)
    gr.on(
        [text.change, state.change, person.change],
        first,
        filters,
        outputs,
        trigger_mode="always_last",
        **options,
    )
    before.click(partial(_rows, services, -PAGE), [*filters, offset], outputs, **options)
    after.click(partial(_rows, services, PAGE), [*filters, offset], outputs, **options)
    page.load(partial(_people, services), None, person, **options)
    page.load(first, filters, outputs, **options)


def _rows(
    services: Services,
    step: int,
    text: str,
    state: str,
    person: str,
    offset: int = 0,
) -> tuple[Any, ...]:
    found = browse.videos(
        services,
        text=text,
        state=STATES.get(state),
        annotator=None if person == EVERYBODY else person,
        limit=PAGE,
        offset=max(offset + step, 0),
    )
    last = found.offset + len(found.rows)
    return (
        gallery_value([_row(row) for row in found.rows], empty=_empty(text, state, person)),
        found.offset,
        gr.update(interactive=found.offset > 0),
        gr.update(interactive=last < found.total),
    )


def _row(row: StoredRow) -> VideoRow:
    said, decided = row.prediction, row.decision
    return VideoRow(
        id=row.id,
        name=row.name,
        prediction=said.label if said else None,
        probability=said.probability if said else None,
        label=decided.label if decided else None,
        who=decided.annotator if decided else row.uploaded_by,
        when=decided.created_at if decided else row.created_at,
        state=WORDS.get((decided.verdict if decided else None) or "", "no label yet"),
    )


def _empty(text: str, state: str, person: str) -> str:
    if text or STATES.get(state) or person != EVERYBODY:
        return "No video fits. Take a filter away to see more."
    return "There is no video yet. Bring one on the first page."


def _people(services: Services) -> Any:
    return gr.update(choices=[EVERYBODY, *browse.people(services)])
