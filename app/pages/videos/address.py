"""The address of the list of videos: `/videos?search=…&show=…&by=…&sort=…&page=…&queue=…`.

All of them may be missing. What cannot be meant is left out and told in a sentence, because a link
may have been cut off, typed by hand, or made by another version of this program.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast, get_args
from urllib.parse import parse_qs

from app.words.queue import QueueOrder
from storage.records.browsing import ORDERS, STATES, Order, State

MOST_TEXT = 200  # characters of a search or a name
MOST_QUERY = 8000
PAGE_NUMBER = re.compile("[1-9][0-9]{0,8}")
FIRST_ORDER: Order = "newest"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListAddress:
    """Which part of the list is meant. `state` None means all videos, `page` counts from 1.

    `queue` is the order in which the videos are labelled one after the other.
    """

    search: str = ""
    state: State | None = None
    person: str = ""
    order: Order = FIRST_ORDER
    page: int = 1
    queue: QueueOrder = "listed"

    @property
    def filters(self) -> bool:
        """Whether it leaves videos out."""
        return bool(self.search.strip() or self.state or self.person)


@dataclass(frozen=True, slots=True)
class ReadAddress:
    """An address as read, with a sentence for everything in it that was left out."""

    address: ListAddress
    complaints: tuple[str, ...] = ()


def read_address(query: object) -> ReadAddress:
    """Reads what follows the question mark; never fails, whatever it is given."""
    text = query if isinstance(query, str) else ""
    complaints: list[str] = []
    fields = parse_qs(text.lstrip("?")[:MOST_QUERY], errors="replace", max_num_fields=None)

    def field(name: str, default: T, read: Callable[[str], T]) -> T:
        value = fields.get(name, [""])[0]
        if not value:
            return default
        try:
            return read(value)
        except ValueError as error:
            complaints.append(str(error))
            return default

    address = ListAddress(
        search=field("search", "", lambda value: _text(value, "The search")),
        state=field("show", None, _state),
        person=field("by", "", lambda value: _text(value, "The name")),
        order=field("sort", FIRST_ORDER, _order),
        page=field("page", 1, _page),
        queue=field("queue", "listed", _queue),
    )
    return ReadAddress(address, tuple(complaints))


def _text(value: str, what: str) -> str:
    if len(value) > MOST_TEXT:
        raise ValueError(f"{what} in this link is too long and was left out.")
    return value


def _state(value: str) -> State:
    if value not in STATES:
        raise ValueError(f"This link asks for an unknown state, “{value[:40]}”. All are shown.")
    return value


def _order(value: str) -> Order:
    if value not in ORDERS:
        raise ValueError(f"This link asks for an unknown order, “{value[:40]}”.")
    return value


def _queue(value: str) -> QueueOrder:
    if value not in get_args(QueueOrder):
        raise ValueError(f"This link asks for an unknown order, “{value[:40]}”.")
    return cast(QueueOrder, value)


def _page(value: str) -> int:
    if not PAGE_NUMBER.fullmatch(value):
        raise ValueError(f"This link asks for page “{value[:40]}”, which is no number.")
    return int(value)
