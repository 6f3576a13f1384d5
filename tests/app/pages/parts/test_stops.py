from __future__ import annotations

from app.pages.parts.stops import Stops


def test_stop_reaches_all_work_of_the_window_and_no_other() -> None:
    stops = Stops()
    with (
        stops.listening("mine") as first,
        stops.listening("mine") as second,
        stops.listening("yours") as other,
    ):
        stops.stop("mine")
        assert first.is_set()
        assert second.is_set()
        assert not other.is_set()


def test_stopping_does_nothing_to_what_begins_later() -> None:
    stops = Stops()
    with stops.listening("mine"):
        pass
    stops.stop("mine")
    with stops.listening("mine") as later:
        assert not later.is_set()
    assert not stops._under_way
