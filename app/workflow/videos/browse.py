"""Finding videos again: by name, label, state and person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args

from app.workflow.errors import BadDecision
from app.workflow.services import Services
from storage.records import browsing, decisions
from storage.records.browsing import Filter, Order, Page, State

__all__ = [
    "Listing",
    "Order",
    "Page",
    "State",
    "known_state",
    "listing",
    "people",
    "videos",
]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list with what stands around it.

    `states` counts all videos in each state whatever the filter, `everything` all there are.
    `people` are those who labelled a video.
    """

    page: Page
    everything: int
    states: dict[State, int]
    people: tuple[str, ...]


def videos(
    services: Services,
    *,
    text: str = "",
    state: State | None = None,
    annotator: str | None = None,
    order: Order = "newest",
    limit: int = 50,
    offset: int = 0,
) -> Page:
    """One page of the list. Raises `InvalidError` for an unknown order or page size."""
    where = Filter(text=text, state=state, annotator=annotator)
    with services.database.read() as session:
        return browsing.browse(session, where=where, order=order, limit=limit, offset=offset)


def listing(
    services: Services,
    *,
    where: Filter,
    order: Order = "newest",
    limit: int = 50,
    number: int = 1,
) -> Listing:
    """Page `number`, counted from 1, or the last one if there are fewer. Errors as `videos`."""
    with services.database.read() as session:
        page = browsing.browse(
            session, where=where, order=order, limit=limit, offset=(number - 1) * limit
        )
        if not page.rows and page.total:
            last = (page.total - 1) // limit * limit
            page = browsing.browse(session, where=where, order=order, limit=limit, offset=last)
        whole = page if where == Filter() else browsing.browse(session, limit=1)
        return Listing(
            page=page,
            everything=whole.total,
            states=browsing.states(session),
            people=tuple(name for name in decisions.annotators(session) if name),
        )


def people(services: Services) -> tuple[str, ...]:
    """The names of all who decided something."""
    with services.database.read() as session:
        return tuple(name for name in decisions.annotators(session) if name)


def known_state(name: str | None) -> State | None:
    """Raises `BadDecision` for an unknown one; None and "" mean all."""
    if not name:
        return None
    if name not in get_args(State):
        known = ", ".join(get_args(State))
        raise BadDecision(f"There is no state called {name}; choose one of {known}.")
    return cast(State, name)
