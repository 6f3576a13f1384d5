"""Figures against cases that can be counted by hand, and their invariants."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.learning.compare import compare, mcnemar
from model.learning.errors import TooFewError
from model.learning.metrics import calibration_error, measure, top_k, wilson


def answers(*tops: int, classes: int = 6, sure: float = 0.7) -> np.ndarray:
    rest = (1 - sure) / (classes - 1)
    return np.array([[sure if c == top else rest for c in range(classes)] for top in tops])


def test_counted_by_hand() -> None:
    found = measure(answers(0, 0, 1, 2), np.array([0, 1, 1, 2]))
    assert (found.videos, found.top1) == (4, 0.75)
    assert found.mean_class_accuracy == pytest.approx((1 + 0.5 + 1) / 3)
    assert found.ece == pytest.approx(0.05)
    by_class = {c.index: c for c in found.per_class}
    assert by_class[0].precision == 0.5
    assert by_class[1].recall == 0.5
    assert found.confusion.tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert found.top1_interval.low < 0.75 < found.top1_interval.high


def test_a_class_never_answered_has_no_precision_and_json_says_null() -> None:
    found = measure(answers(0, 0), np.array([0, 3]))
    (_, never) = found.per_class
    assert np.isnan(never.precision)
    assert json.loads(json.dumps(found.to_json()))["classes"][1]["precision"] is None


@pytest.mark.parametrize("classes", [2, 3, 6])
def test_videos_of_one_class_alone(classes: int) -> None:
    right = measure(answers(1, 1, 1, classes=classes), np.array([1, 1, 1]), groups=("a", "b", "b"))
    assert (right.top1, right.top5, right.mean_class_accuracy) == (1, 1, 1)
    assert (right.mean_class_interval.low, right.mean_class_interval.high) == (1, 1)
    assert right.confusion.tolist() == [[3]]
    assert [(c.index, c.videos, c.precision, c.recall) for c in right.per_class] == [(1, 3, 1, 1)]
    wrong = measure(answers(0, 0, classes=classes), np.array([1, 1]))
    assert (wrong.top1, wrong.mean_class_accuracy) == (0, 0)
    assert wrong.confusion.tolist() == [[0, 0], [2, 0]]


@pytest.mark.parametrize(("k", "share"), [(1, 0.5), (2, 0.5), (3, 1.0), (5, 1.0), (9, 1.0)])
def test_top_k(k: int, share: float) -> None:
    scores = np.array([[0.4, 0.3, 0.2, 0.06, 0.04], [0.4, 0.3, 0.2, 0.06, 0.04]])
    assert top_k(scores, np.array([0, 2]), k) == share


def test_top_1_of_two_classes() -> None:
    assert top_k(answers(0, 1, 1, classes=2), np.array([0, 1, 0]), 1) == pytest.approx(2 / 3)


def test_nothing_cannot_be_measured() -> None:
    with pytest.raises(TooFewError):
        measure(np.empty((0, 3)), np.empty(0, np.int64))


def test_wilson_as_in_the_books() -> None:
    interval = wilson(8, 10)  # Newcombe 1998: 0.4902 to 0.9433
    assert (interval.low, interval.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


def test_overconfidence_is_measured() -> None:
    assert calibration_error(answers(0, 0, sure=0.95), np.array([1, 1])) == pytest.approx(0.95)
    certain = np.eye(6)[[2, 3]]
    assert calibration_error(certain, np.array([2, 3])) == 0.0


@given(st.integers(1, 40), st.integers(0, 1000))
def test_every_figure_stays_in_range(videos: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    scores = chance.dirichlet(np.ones(4), videos)
    found = measure(scores, chance.integers(0, 4, videos))
    for value in (found.top1, found.top5, found.mean_class_accuracy, found.ece):
        assert 0 <= value <= 1
    assert found.top1 <= found.top5 == 1.0
    assert found.confusion.sum() == videos
    assert found.confusion.trace() == round(found.top1 * videos)


def test_groups_make_intervals_wider() -> None:
    chance = np.random.default_rng(0)
    persons = np.repeat(chance.random(8) < 0.6, 10).astype(np.int64)  # each always right or wrong
    scores, labels = answers(*persons, classes=2), np.ones(80, np.int64)
    names = tuple(str(n // 10) for n in range(80))
    alone, together = compare(scores, scores, labels), measure(scores, labels, groups=names)
    width = together.mean_class_interval.high - together.mean_class_interval.low
    naive = alone.after.mean_class_interval.high - alone.after.mean_class_interval.low
    assert width > 1.5 * naive


def test_fixed_and_broken_are_told_apart() -> None:
    labels = np.array([0, 1, 2, 3])
    found = compare(answers(0, 1, 0, 0, classes=4), answers(0, 0, 2, 3, classes=6), labels)
    assert (found.fixed, found.broken) == ((2, 3), (1,))
    assert found.difference == 0.25
    assert not found.means_something
    assert found.before.top5 == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("fixed", "broken", "p"), [(0, 0, 1.0), (1, 1, 1.0), (10, 2, 0.0386), (0, 6, 0.03125)]
)
def test_mcnemar_exact(fixed: int, broken: int, p: float) -> None:
    assert mcnemar(fixed, broken) == pytest.approx(p, abs=1e-4)
    assert mcnemar(broken, fixed) == mcnemar(fixed, broken)


def test_a_clear_change_means_something() -> None:
    labels = np.zeros(12, np.int64)
    found = compare(answers(*[1] * 12), answers(*[0] * 12), labels)
    assert found.means_something
    assert found.difference_interval.low > 0
