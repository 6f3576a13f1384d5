"""Finding videos again: by name, label, state and person."""

from __future__ import annotations

from typing import cast, get_args

from app.workflow.errors import BadDecision
from app.workflow.services import Services
from storage import browsing, decisions
from storage.browsing import Filter, Order, Page, State

__all__ = ["Order", "Page", "State", "known_state", "people", "videos"]


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
