"""The list of all videos: what the model said, what people said, a link to each."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import gradio as gr

from app.components.gallery import Choice, Listed, Menus, Place, VideoRow, gallery
from app.pages.videos.address import ListAddress, read_address
from app.pages.videos.deletion import deleting
from app.pages.videos.queue import filter_of, queue_of
from app.words.queue import ORDERS as QUEUES
from app.words.verdicts import OF_STATE, STATES
from app.workflow.services import Services
from app.workflow.videos import browse
from app.workflow.videos.browse import Listing
from storage.records.browsing import Order
from storage.records.browsing import VideoRow as StoredRow

PAGE = 50
ORDERS: dict[Order, str] = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "name": "Name, A to Z",
    "name_desc": "Name, Z to A",
    "least_sure": "Model least sure first",
    "most_sure": "Model most sure first",
    "label": "Label, A to Z",
    "label_desc": "Label, Z to A",
    "decided": "Last labelled first",
    "decided_oldest": "First labelled first",
    "duration": "Shortest first",
    "duration_desc": "Longest first",
}


def videos_page(services: Services) -> None:
    """Builds the page."""
    gallery(partial(_load, services), partial(queue_of, services), deleting(services))


def _load(services: Services, query: Any, request: gr.Request) -> Listed:
    del request  # whoever is logged in may see every video
    read = read_address(query)
    asked = read.address
    found = browse.listing(
        services,
        where=filter_of(asked),
        order=asked.order,
        limit=PAGE,
        number=asked.page,
    )
    place = _place(found)
    notes = list(read.complaints)
    if place.page < asked.page:
        notes.append(f"The list ends at page {place.page}.")
    return Listed(
        rows=[_row(row) for row in found.page.rows],
        place=place,
        asked=_asked(asked, place.page),
        menus=_menus(found, asked),
        notes=notes,
        empty="No videos match." if asked.filters else "There is no video yet.",
    )


def _place(found: Listing) -> Place:
    page = found.page
    return Place(
        offset=page.offset,
        total=page.total,
        page=page.offset // PAGE + 1,
        pages=max(-(-page.total // PAGE), 1),
        everything=found.everything,
    )


def _asked(asked: ListAddress, page: int) -> dict[str, str | int]:
    return {
        "search": asked.search,
        "show": asked.state or "",
        "by": asked.person,
        "sort": asked.order,
        "page": page,
        "queue": asked.queue,
    }


def _menus(found: Listing, asked: ListAddress) -> Menus:
    """Somebody whom the address names is offered even if nothing of theirs counts any more."""
    people = set(found.people) | ({asked.person} if asked.person else set())
    return Menus(
        states=[Choice(one.key, one.words, found.states.get(one.key)) for one in STATES],
        orders=[Choice(key, words) for key, words in ORDERS.items()],
        people=sorted(people, key=str.casefold),
        queues=[Choice(key, words) for key, words in QUEUES.items()],
    )


def _row(row: StoredRow) -> VideoRow:
    said = row.prediction
    return VideoRow(
        id=row.id,
        name=row.name,
        seconds=row.duration_s,
        prediction=said.label if said else None,
        probability=said.probability if said else None,
        label=_label(row),
        who=_people(row),
        decided=_decided(row),
        added=row.created_at,
        state=OF_STATE[row.state],
    )


def _label(row: StoredRow) -> str | None:
    """The label that counts, or what people say where they disagree."""
    if row.decision is not None:
        return row.decision.label
    said = dict.fromkeys(opinion.label for opinion in row.opinions if opinion.label)
    return " or ".join(said) or None


def _people(row: StoredRow) -> str:
    """Whose label counts, or who disagrees; "" for one person without a name."""
    if row.decision is not None:
        return row.decision.annotator
    return ", ".join(dict.fromkeys(opinion.annotator or "no name" for opinion in row.opinions))


def _decided(row: StoredRow) -> datetime | None:
    """When the label that counts was given, or the latest of those that disagree."""
    if row.decision is not None:
        return row.decision.created_at
    return row.opinions[-1].created_at if row.opinions else None
