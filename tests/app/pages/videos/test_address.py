"""The address of the list: read as far as it makes sense, and a sentence for the rest."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pages.videos.address import ListAddress, read_address
from storage.records.browsing import ORDERS, STATES, Order, State


def test_nothing_is_the_whole_list() -> None:
    for query in ("", "?", None, 7, {"page": 2}):
        assert read_address(query) == read_address("?page=1")
    assert read_address("").address == ListAddress()
    assert not ListAddress().filters


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("order", ORDERS)
def test_everything_that_can_be_asked_for(state: State, order: Order) -> None:
    query = urlencode(
        {"search": "a&b =é", "show": state, "by": "Ada L.", "sort": order, "page": 12}
    )
    read = read_address(f"?{query}")
    assert read.complaints == ()
    assert read.address == ListAddress("a&b =é", state, "Ada L.", order, 12)
    assert read.address.filters


def test_each_bad_part_has_its_sentence_and_spoils_no_other() -> None:
    read = read_address("?show=x&sort=y&page=0&search=ok")
    assert read.address == ListAddress(search="ok")
    assert len(read.complaints) == 3


@given(st.text())
def test_any_text_is_read(query: str) -> None:
    address = read_address(query).address
    assert 1 <= address.page < 10**9
    assert address.order in ORDERS
    assert address.state is None or address.state in STATES
