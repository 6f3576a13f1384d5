"""The list of all videos: what the model said, what people said, a link to each."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import gradio as gr

from app.components.gallery import gallery, gallery_value
from app.workflow import browse
from app.workflow.services import Services
from storage.browsing import State

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
    order = gr.State("newest")
    filters = [text, state, person]
    outputs = [table, offset, before, after]
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}

    first = partial(_rows, services, 0)
    gr.on(
        [text.change, state.change, person.change],
        first,
        [*filters, order],
        outputs,
        trigger_mode="always_last",
        **options,
    )
    before.click(partial(_rows, services, -PAGE), [*filters, order, offset], outputs, **options)
    after.click(partial(_rows, services, PAGE), [*filters, order, offset], outputs, **options)
    table.sort(partial(_sorted, services), filters, [*outputs, order], **options)
    page.load(partial(_people, services), None, person, **options)
    page.load(first, [*filters, order], outputs, **options)


def _rows(
    services: Services,
    step: int,
    text: str,
    state: str,
    person: str,
    order: str,
    offset: int = 0,
) -> tuple[Any, ...]:
    found = browse.videos(
        services,
        text=text,
        state=STATES.get(state),
        annotator=None if person == EVERYBODY else person,
        order=cast(browse.Order, order),
        limit=PAGE,
        offset=max(offset + step, 0),
    )
    last = found.offset + len(found.rows)
    return (
        gallery_value(found, order=order),
        found.offset,
        gr.update(interactive=found.offset > 0),
        gr.update(interactive=last < found.total),
    )


def _sorted(
    services: Services, text: str, state: str, person: str, event: gr.EventData
) -> tuple[Any, ...]:
    order = str(event.order)
    return (*_rows(services, 0, text, state, person, order), order)


def _people(services: Services) -> Any:
    return gr.update(choices=[EVERYBODY, *browse.people(services)])
