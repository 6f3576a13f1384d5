"""The list of videos: search, filters, order, pages, and a row or card for each video.

The address of the page is the truth: what follows its question mark says which part of the list is
shown, so that Back, reload and a copied link show the same. The component hands it to a server
function and draws the answer, made by `listing_value`:

    {"rows": [row], "first": int, "last": int, "total": int,     the rows' places, counted from 1
     "page": int, "pages": int, "everything": int,               all videos, whatever the filter
     "asked": {"search", "show", "by", "sort", "page", "queue"}, the address as it was understood
     "states": [{"key", "words", "count"}], "orders": [{"key", "words"}], "people": [str],
     "queues": [{"key", "words"}],                               orders to label them in
     "notes": [str], "empty": str}                               sentences

A row is {"id", "link", "name", "seconds", "prediction", "probability", "label", "who", "decided",
"added", "state"}; times are ISO 8601 with a zone. A state is {"key", "words", "mark", "tone"}.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet
from app.components.deleting import STYLES as QUESTION_STYLES
from app.components.deleting import Deleting, deleting_functions
from app.components.queue import Queue
from app.words.verdicts import OF_STATE, StateWords

STYLES = (*QUESTION_STYLES, "gallery/gallery.css")

Reply = dict[str, Any]


@dataclass(frozen=True, slots=True)
class VideoRow:
    """One video. `probability` 0..1; times have a zone; `state` names its badge.

    `who` and `decided` tell of the label that counts, `added` of the upload.
    """

    id: int
    name: str
    seconds: float = 0.0
    prediction: str | None = None
    probability: float | None = None
    label: str | None = None
    who: str = ""
    decided: datetime | None = None
    added: datetime | None = None
    state: StateWords = OF_STATE["unlabelled"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a menu: `key` stands in the address; `count` videos are in it, if known."""

    key: str
    words: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Which part of the list is shown: rows from `offset`, page `page` of `pages`, from 1."""

    offset: int
    total: int
    page: int
    pages: int
    everything: int


@dataclass(frozen=True, slots=True)
class Menus:
    """What can be chosen."""

    states: Sequence[Choice] = ()
    orders: Sequence[Choice] = ()
    people: Sequence[str] = ()
    queues: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of the list, ready to be shown. `asked` is the address as it was understood."""

    rows: Sequence[VideoRow]
    place: Place
    asked: dict[str, str | int]
    menus: Menus = field(default_factory=Menus)
    notes: Sequence[str] = ()
    empty: str = "There is no video yet."


def gallery(
    load: Callable[[Any, gr.Request], Listed],
    queue: Callable[[Any, gr.Request], Queue],
    deleting: Deleting,
    *,
    elem_id: str = "videos",
) -> gr.HTML:
    """The component. `load` gets what follows the question mark of the address, unchecked.

    `queue` gets the same, and answers which videos are to be labelled one after the other.
    """

    def list_videos(query: Any, request: gr.Request) -> Reply:
        return listing_value(load(query, request))

    def queue_videos(query: Any, request: gr.Request) -> Reply:
        return queue(query, request).to_page()

    return gr.HTML(
        None,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted("gallery/gallery.js"),
        apply_default_css=False,
        server_functions=[list_videos, queue_videos, *deleting_functions(deleting)],
        elem_id=elem_id,
    )


def listing_value(listed: Listed, *, page: str = "/") -> Reply:
    """The component's answer. `page` is the address of the page that shows one video."""
    place = listed.place
    return {
        "rows": [_row(row, page) for row in listed.rows],
        "first": place.offset + 1,
        "last": place.offset + len(listed.rows),
        "total": place.total,
        "page": place.page,
        "pages": place.pages,
        "everything": place.everything,
        "asked": listed.asked,
        "states": [_choice(choice) for choice in listed.menus.states],
        "orders": [_choice(choice) for choice in listed.menus.orders],
        "people": list(listed.menus.people),
        "queues": [_choice(choice) for choice in listed.menus.queues],
        "notes": list(listed.notes),
        "empty": listed.empty,
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {"key": choice.key, "words": choice.words, "count": choice.count}


def _row(row: VideoRow, page: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "link": f"{page}?video={row.id}",
        "name": row.name,
        "seconds": round(row.seconds, 1),
        "prediction": row.prediction,
        "probability": row.probability,
        "label": row.label,
        "who": row.who,
        "decided": row.decided.isoformat() if row.decided else None,
        "added": row.added.isoformat() if row.added else None,
        "state": asdict(row.state),
    }
