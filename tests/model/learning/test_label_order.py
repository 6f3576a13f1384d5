"""Which videos teach most, and which labels look wrong."""

from __future__ import annotations

import numpy as np
import pytest

from model.learning import label_order
from model.learning.label_order import Rows


def unit(rows: object) -> Rows:
    found = np.asarray(rows, np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


NOTHING4 = np.empty((0, 4), np.float32)
NOTHING = np.empty((0, 2), np.float32)
NORTH, EAST, SOUTH, WEST = [0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0]


def test_each_is_farthest_from_all_before_it() -> None:
    rows = unit([NORTH, [0.1, 1.0], EAST, SOUTH])
    found = label_order.spread(rows, unit([NORTH]), count=2)
    assert found.rows.tolist() == [3, 2, 1, 0]
    assert found.picked == 2
    np.testing.assert_allclose(found.gaps, [2, 1, 0.005, 0], atol=1e-3)


def test_it_begins_with_the_most_typical_where_nothing_is_known() -> None:
    rows = unit([NORTH, [0.2, 1.0], [0.3, 1.0], SOUTH])
    assert label_order.spread(rows, NOTHING, count=4).rows.tolist()[:2] == [1, 3]


def test_every_video_comes_once_however_many_are_picked() -> None:
    rows = unit(np.random.default_rng(0).normal(size=(50, 8)))
    for count in (0, 1, 20, 50, 80):
        found = label_order.spread(rows, rows[:3], count=count)
        assert sorted(found.rows.tolist()) == list(range(50))
        assert found.picked == min(count, 50)


def test_what_lies_between_two_labels_is_in_doubt() -> None:
    rows = unit([NORTH, [1.0, 1.0], [1.0, 0.1]])
    found = label_order.doubts(rows, unit([NORTH, EAST]), ["up", "right"])
    assert found is not None
    assert [found.labels[place] for place in found.first] == ["up", "up", "right"]
    assert found.margin[1] == pytest.approx(0, abs=1e-3)
    assert found.margin[[0, 2]].min() > 0.9


def test_one_label_leaves_nothing_in_doubt() -> None:
    assert label_order.doubts(unit([NORTH]), unit([EAST, WEST]), ["a", "a"]) is None
    assert label_order.suspicion(unit([EAST, WEST]), ["a", "a"]) is None


def test_covering_begins_where_many_are_and_comes_to_odd_ones_late() -> None:
    rows = unit([SOUTH, NORTH, [0.1, 1.0], [-0.1, 1.0], [1.0, 0.1], EAST])
    found = label_order.covering(rows, NOTHING, count=3)
    assert found.rows[0] in (1, 2)
    assert found.rows[1] == 5
    assert label_order.covering(rows, rows[[1]], count=1).rows[0] == 5


def test_what_is_in_doubt_counts_more() -> None:
    rows = unit([[1.0, 0.3], [1.0, 0.25], [-1.0, 0.3], [-1.0, 0.25]])
    weights = np.array([0.1, 0.1, 1, 1], np.float32)
    assert label_order.covering(rows, unit([NORTH]), count=1, weights=weights).rows[0] in (2, 3)
    assert label_order.covering(rows, unit([NORTH]), count=1, weights=weights[::-1]).rows[0] in (
        0,
        1,
    )


def test_a_label_with_one_video_gets_a_second_that_is_no_copy() -> None:
    rows = unit([[0.01, 1.0], [0.4, 1.0], EAST, [1.0, -0.5]])
    known, labels = unit([NORTH, EAST, [1.0, -0.1]]), ["up", "right", "right"]
    assert label_order.second_videos(rows, known, labels) == {1: "up"}
    assert label_order.second_videos(rows[:1], known, labels) == {}
    assert label_order.second_videos(rows[:0], known, labels) == {}


def test_the_mix_takes_turns_and_loses_no_video() -> None:
    chance = np.random.default_rng(2)
    rows = unit(chance.normal(size=(40, 4)))
    known, labels = unit(chance.normal(size=(4, 4))), ["a", "b", "c", "c"]
    for count in (0, 1, 3, 20, 60):
        found = label_order.mixed(rows, known, labels, count=count)
        assert sorted(found.rows.tolist()) == list(range(40))
    found = label_order.mixed(rows, known, labels, count=20)
    assert set(found.seconds.values()) == {"a", "b"}
    assert {found.rows.tolist().index(row) for row in found.seconds} == {1, 3}
    assert label_order.mixed(rows, NOTHING4, [], count=5).picked == 5


def test_a_wrong_label_stands_out_and_right_ones_do_not() -> None:
    chance = np.random.default_rng(1)
    rows = unit(np.repeat([NORTH, EAST], 10, axis=0) + 0.1 * chance.normal(size=(20, 2)))
    labels = ["up"] * 10 + ["right"] * 10
    clean = label_order.suspicion(rows, labels)
    assert clean is not None
    assert (clean.excess < 0).all()
    labels[3] = "right"
    found = label_order.suspicion(rows, labels)
    assert found is not None
    assert np.flatnonzero(found.excess > 0).tolist() == [3]
    assert found.labels[found.other[3]] == "up"


def test_who_alone_has_a_label_is_not_suspected() -> None:
    found = label_order.suspicion(unit([NORTH, [0.1, 1.0], EAST]), ["up", "up", "odd"])
    assert found is not None
    assert found.excess[2] == -1
