"""Which packets are decoded for which frames."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from model.video.packets import WORTH_SKIPPING, PacketList
from model.video.wire import NO_PTS


def listed(times: list[int], keys: set[int], hidden: frozenset[int] = frozenset()) -> PacketList:
    packets = PacketList()
    for position, time in enumerate(times):
        packets.add(time, 1, key=position in keys, hidden=position in hidden, corrupt=False)
    return packets


def test_a_plain_stream_is_regular() -> None:
    packets = listed([0, 2, 1, 3], {0})
    assert packets.is_regular()
    assert packets.shown_times() == [0, 1, 2, 3]
    assert packets.last_duration == 1


def test_odd_streams_are_not_regular() -> None:
    assert not PacketList().is_regular()
    assert not listed([0, 1, 2], {1}).is_regular(), "starts without a key packet"
    assert not listed([0, NO_PTS, 2], {0}).is_regular(), "a time is missing"
    assert not listed([0, 1, 1], {0}).is_regular(), "a time is double"
    assert not listed([5, 3, 6], {0}).is_regular(), "frames lean on some before the first packet"
    packets = listed([0, 1], {0})
    packets.add(2, 1, key=False, hidden=False, corrupt=True)
    assert not packets.is_regular(), "a packet is damaged"


def test_hidden_packets_are_not_shown() -> None:
    assert listed([0, 1, 2, 3], {0}, frozenset({0, 1})).shown_times() == [2, 3]


@given(st.data())
def test_ranges_hold_what_each_frame_needs(data: st.DataObject) -> None:
    groups = data.draw(st.lists(st.integers(1, 120), min_size=1, max_size=8))
    keys = [sum(groups[:i]) for i in range(len(groups))]
    total = sum(groups)
    packets = listed(list(range(total)), set(keys))
    wanted = data.draw(st.sets(st.integers(0, total - 1), min_size=1, max_size=10))
    ranges = packets.ranges(wanted)
    assert ranges[0].start == 0
    for earlier, later in pairwise(ranges):
        assert later.start > earlier.stop + WORTH_SKIPPING
    for span in ranges:
        assert span.start in keys
    for time in wanted:
        key = max(k for k in keys if k <= time)
        assert any(span.start <= key and time < span.stop for span in ranges)
