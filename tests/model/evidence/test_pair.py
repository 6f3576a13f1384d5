"""One class over another: whatever the curves are, the shares are those of the margin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.evidence.contrast import contrast_curves, contrast_map
from model.evidence.moments import key_moments
from model.evidence.pair import Pair, against, deciding, pair, parts
from model.inference.completeness import adds_up
from model.inference.prediction import Prediction, Span
from tests.model.inference.answers import answer_of, with_volume

levels = st.floats(-40.0, 60.0, allow_nan=False)


@st.composite
def answers(draw: st.DrawFn) -> Prediction:
    """Five classes over 1-12 moments, weighted in any way."""
    steps = draw(st.integers(1, 12))
    flat = draw(st.lists(levels, min_size=5 * steps, max_size=5 * steps))
    parts_of = draw(st.lists(st.floats(0.05, 1.0), min_size=steps, max_size=steps))
    biases = draw(st.lists(st.floats(-2.0, 2.0), min_size=5, max_size=5))
    weights = np.array(parts_of) / sum(parts_of)
    return answer_of(np.array(flat).reshape(5, steps), weights=weights.tolist(), biases=biases)


def shown(answer: Prediction, a: int = 0, b: int = 1) -> Pair:
    found = pair(answer, a, b)
    assert found is not None
    return found


@given(answers())
def test_curve_and_maps_add_up_to_the_margin(answer: Prediction) -> None:
    found = shown(answer)
    margin = answer.top[0].logit - answer.top[1].logit
    assert found.margin == pytest.approx(margin, abs=1e-5)
    assert found.weights @ found.curve == pytest.approx(margin, abs=1e-3)
    means = found.maps.astype(np.float64).mean(axis=(1, 2))
    np.testing.assert_allclose(means, found.curve, atol=1e-4)
    assert found.weights @ means == pytest.approx(margin, abs=1e-3)


@given(answers())
def test_the_other_way_round_is_the_same_with_the_other_sign(answer: Prediction) -> None:
    one, other = shown(answer, 0, 3), shown(answer, 3, 0)
    np.testing.assert_allclose(one.curve, -other.curve, atol=1e-4)
    assert one.margin == pytest.approx(-other.margin)


@given(answers(), st.data())
def test_shares_of_any_cut_add_up_to_the_whole_margin(
    answer: Prediction, data: st.DataObject
) -> None:
    found = shown(answer)
    steps = len(found.curve)
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=steps, max_size=steps)))
    cut = parts(found, chosen)
    assert sum(part.logits for part in cut) == pytest.approx(found.margin, abs=1e-3)
    assert sum(part.weight for part in cut) == pytest.approx(1.0)
    assert cut[0].start_s == 0.0
    assert cut[-1].end_s == answer.video.duration_s
    if abs(found.margin) > 0.1:
        assert sum(part.share for part in cut) == pytest.approx(1.0, abs=1e-2)


@given(answers(), st.permutations(range(5)))
def test_the_order_of_the_classes_does_not_matter(answer: Prediction, order: list[int]) -> None:
    shuffled = with_volume(answer, answer.evidence.volume[order])
    evidence = replace(
        shuffled.evidence,
        biases=tuple(answer.evidence.biases[row] for row in order),
        logits=tuple(answer.evidence.logits[row] for row in order),
    )
    again = contrast_curves(evidence)
    np.testing.assert_allclose(again, contrast_curves(answer.evidence)[order], atol=1e-3)
    other = pair(replace(shuffled, evidence=evidence), order.index(0), order.index(1))
    assert other is not None
    np.testing.assert_array_equal(other.curve, shown(answer).curve)


@given(answers())
def test_contrasts_add_up_to_nothing_and_maps_to_contrasts(answer: Prediction) -> None:
    contrasts = contrast_curves(answer.evidence)
    np.testing.assert_allclose(contrasts.sum(axis=0), 0, atol=1e-3)
    for row in range(5):
        means = contrast_map(answer.evidence, row).mean(axis=(1, 2))
        np.testing.assert_allclose(means, contrasts[row], atol=1e-3)


def test_a_sixth_class_is_set_against_the_first_four() -> None:
    curves = np.arange(12.0).reshape(6, 2)
    contrasts = contrast_curves(answer_of(curves).evidence)
    np.testing.assert_allclose(contrasts[5], curves[5] - curves[:4].mean(axis=0), atol=1e-2)


def test_evidence_that_does_not_add_up_is_not_compared() -> None:
    answer = answer_of(np.array([[4.0, 0.0], [1.0, 1.0]]))
    assert pair(answer, 0, 1) is not None
    volume = answer.evidence.volume
    assert pair(with_volume(answer, volume + 0.25), 0, 1) is None
    for broken in (np.nan, np.inf):
        spoilt = volume.copy()
        spoilt[0, 0, 0, 0] = broken
        assert pair(with_volume(answer, spoilt), 0, 1) is None
    unweighted = replace(answer, evidence=replace(answer.evidence, weights=np.empty(0)))
    assert not adds_up(unweighted.evidence)
    assert pair(unweighted, 0, 1) is None
    assert key_moments(unweighted, 0) == ()


def test_the_stretch_that_decided_is_named_with_its_part_of_the_margin() -> None:
    curves = np.zeros((2, 10))
    curves[0, 3:5] = 12.0
    curves[0, 8] = -4.0
    found = shown(answer_of(curves, step_s=0.8))
    assert found.margin == pytest.approx(2.0)
    (stretch,) = deciding(found)
    assert (stretch.start_s, stretch.end_s) == pytest.approx((2.4, 4.0))
    assert stretch.logits == pytest.approx(2.4)
    assert stretch.share == pytest.approx(1.2)
    (other,) = against(found)
    assert other.logits == pytest.approx(-0.4)


def test_an_even_lead_names_no_moment() -> None:
    found = shown(answer_of(np.array([[3.0] * 8, [1.0] * 8])))
    assert deciding(found) == ()


def test_stretches_do_not_reach_across_a_gap() -> None:
    curves = np.array([[0.0, 9.0, 9.0, 0.0, 0.0, 0.0], [0.0] * 6])
    whole = shown(answer_of(curves))
    assert [(s.start_s, s.end_s) for s in deciding(whole)] == [(1.0, 3.0)]
    cut = shown(answer_of(curves, gaps=(Span(1.8, 2.2),)))
    assert [(s.start_s, s.end_s) for s in deciding(cut)] == [(1.0, 1.8), (2.2, 3.0)]


def test_key_moments_are_peaks_apart_from_each_other() -> None:
    curves = np.zeros((3, 40))
    curves[0, [4, 5, 20, 33]] = (8.0, 9.0, 7.0, 6.5)
    moments = key_moments(answer_of(curves, step_s=0.5), 0)
    assert [moment.second for moment in moments] == [2.75, 10.25, 16.75]
    assert moments[0].lead == pytest.approx(9.0, abs=0.02)
    crowded = key_moments(answer_of(curves, step_s=0.001), 0)
    assert len(crowded) == 3  # in a short video moments may be closer
    assert key_moments(answer_of(np.ones((3, 40))), 0) == ()
