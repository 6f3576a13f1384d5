"""Clips to whole video: what must hold whatever the clips are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.inference.prediction import Span
from model.inference.timeline import (
    ClipEvidence,
    average_views,
    merge_evidence,
    softmax,
    step_curve,
    unseen,
    window,
)

times = st.floats(0.0, 100.0, allow_nan=False).map(lambda value: round(value, 3))
values = st.floats(-50.0, 50.0, allow_nan=False)


@st.composite
def clip_evidence(draw: st.DrawFn) -> ClipEvidence:
    """A clip of 1-8 steps in any order of time, repeats included, two classes on 1 x 2 cells."""
    seconds = draw(st.lists(times, min_size=1, max_size=8))
    flat = draw(st.lists(values, min_size=4 * len(seconds), max_size=4 * len(seconds)))
    volume = np.array(flat, dtype=np.float32).reshape(2, len(seconds), 1, 2)
    weights = draw(st.lists(st.floats(0.01, 1.0), min_size=len(seconds), max_size=len(seconds)))
    return ClipEvidence(np.array(seconds), volume, np.array(weights))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start, length = draw(times), draw(st.floats(0.01, 20.0))
    return Span(start, start + length)


def a_clip(start: float, steps: NDArray[np.float64]) -> ClipEvidence:
    seconds = start + np.arange(len(steps), dtype=np.float64)
    place = np.arange(1.0, len(steps) + 1)
    weights = np.minimum(place, place[::-1])
    return ClipEvidence(seconds, steps.astype(np.float32).reshape(1, -1, 1, 1), weights)


@given(st.lists(clip_evidence(), min_size=1, max_size=5), st.randoms())
def test_the_order_of_the_clips_does_not_matter(clips: list[ClipEvidence], random: object) -> None:
    shuffled = list(clips)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    seconds, volume = merge_evidence(clips)
    seconds_again, volume_again = merge_evidence(shuffled)
    np.testing.assert_array_equal(seconds, seconds_again)
    np.testing.assert_allclose(volume, volume_again, rtol=1e-4, atol=1e-4)


@given(st.lists(clip_evidence(), min_size=1, max_size=5))
def test_merged_evidence_stays_within_what_the_clips_said(clips: list[ClipEvidence]) -> None:
    seconds, volume = merge_evidence(clips)
    assert np.all(np.diff(seconds) > 0)
    assert set(seconds) == {time for clip in clips for time in clip.seconds}
    for k in range(2):
        said = np.concatenate([clip.volume[k].ravel() for clip in clips])
        assert volume[k].min() >= said.min() - 1e-3
        assert volume[k].max() <= said.max() + 1e-3


@given(st.lists(clip_evidence(), min_size=1, max_size=5), values)
def test_constant_evidence_stays_constant(clips: list[ClipEvidence], level: float) -> None:
    flat = [replace(c, volume=np.full_like(c.volume, level)) for c in clips]
    _, volume = merge_evidence(flat)
    np.testing.assert_allclose(volume, np.float32(level), rtol=1e-5, atol=1e-5)


@given(clip_evidence())
def test_one_clip_is_itself(clip: ClipEvidence) -> None:
    distinct, first = np.unique(clip.seconds, return_index=True)
    seconds, volume = merge_evidence([clip])
    np.testing.assert_array_equal(seconds, distinct)
    if len(distinct) == len(clip.seconds):
        np.testing.assert_allclose(volume, clip.volume[:, first], rtol=1e-5, atol=1e-5)


def test_a_clip_that_repeats_frames_names_each_moment_once() -> None:
    volume = np.array([1.0, 2.0, 3.0, 6.0], dtype=np.float32).reshape(1, 4, 1, 1)
    clip = ClipEvidence(np.array([0.0, 1.0, 0.0, 1.0]), volume, np.array([1.0, 2.0, 2.0, 1.0]))
    seconds, merged = merge_evidence([clip])
    np.testing.assert_array_equal(seconds, [0.0, 1.0])
    np.testing.assert_allclose(merged.ravel(), [(1 + 2 * 3) / 3, (2 * 2 + 6) / 3])


def test_where_clips_overlap_the_middle_of_a_clip_weighs_more_than_its_ends() -> None:
    first = a_clip(0.0, np.array([0.0, 0.0, 0.0, 0.0]))
    second = a_clip(2.0, np.array([9.0, 9.0, 9.0, 9.0]))
    seconds, merged = merge_evidence([first, second])
    np.testing.assert_array_equal(seconds, np.arange(6.0))
    np.testing.assert_allclose(merged.ravel(), [0.0, 0.0, 3.0, 6.0, 9.0, 9.0])


def test_interleaved_grids_are_read_between_their_own_steps_only() -> None:
    first = a_clip(0.0, np.array([0.0, 2.0]))
    second = a_clip(0.5, np.array([5.0, 5.0]))
    seconds, merged = merge_evidence([first, second])
    np.testing.assert_array_equal(seconds, [0.0, 0.5, 1.0, 1.5])
    np.testing.assert_allclose(merged.ravel(), [0.0, (1.0 + 5.0) / 2, (2.0 + 5.0) / 2, 5.0])


@given(st.lists(spans(), min_size=1, max_size=8), st.data())
def test_step_curve_is_bounded_and_empty_exactly_in_the_gaps(
    looked: list[Span], data: st.DataObject
) -> None:
    shape = st.lists(st.floats(0.0, 1.0), min_size=len(looked), max_size=len(looked))
    probabilities = np.array(data.draw(shape))[:, None]
    curve = step_curve(looked, probabilities)
    assert np.all(np.diff(curve.edges) > 0)
    seen = curve.probabilities[~np.isnan(curve.probabilities)]
    assert seen.min() >= probabilities.min() - 1e-6
    assert seen.max() <= probabilities.max() + 1e-6
    middles = (curve.edges[:-1] + curve.edges[1:]) / 2
    covered = [any(s.start_s <= m <= s.end_s for s in looked) for m in middles]
    np.testing.assert_array_equal(~np.isnan(curve.probabilities[0]), covered)


def test_step_curve_averages_overlaps_and_leaves_gaps_open() -> None:
    looked = (Span(0.0, 2.0), Span(1.0, 3.0), Span(5.0, 6.0))
    curve = step_curve(looked, np.array([[0.2, 0.1], [0.4, 0.3], [0.9, 0.0]]))
    np.testing.assert_array_equal(curve.edges, [0.0, 1.0, 2.0, 3.0, 5.0, 6.0])
    np.testing.assert_allclose(curve.probabilities[0], [0.2, 0.3, 0.4, np.nan, 0.9], rtol=1e-6)
    np.testing.assert_allclose(curve.probabilities[1], [0.1, 0.2, 0.3, np.nan, 0.0], rtol=1e-6)


@given(st.lists(spans(), min_size=1, max_size=8))
def test_gaps_and_clips_together_fill_the_video(looked: list[Span]) -> None:
    end = max(span.end_s for span in looked) + 1.0
    gaps = unseen(looked, 0.0, end)
    assert all(gap.end_s > gap.start_s for gap in gaps)
    assert unseen([*looked, *gaps], 0.0, end) == ()
    for gap in gaps:
        middle = (gap.start_s + gap.end_s) / 2
        assert not any(s.start_s < middle < s.end_s for s in looked)


@given(st.lists(st.lists(values, min_size=3, max_size=3), min_size=1, max_size=6))
@settings(max_examples=50)
def test_both_ways_of_averaging(views: list[list[float]]) -> None:
    logits = np.array(views, dtype=np.float32)
    mean, by_score = average_views(logits, "score")
    _, by_prob = average_views(logits, "prob")
    np.testing.assert_allclose(mean, logits.astype(float).mean(axis=0), atol=1e-4)
    np.testing.assert_allclose(by_score, softmax(logits.astype(float).mean(axis=0)), atol=1e-5)
    assert by_prob.sum() == pytest.approx(1.0, abs=1e-5)
    if len(views) == 1:
        np.testing.assert_allclose(by_prob, by_score, atol=1e-6)


def test_steps_count_by_how_far_they_are_from_the_ends_of_their_clip() -> None:
    even = window(np.array([0.0, 8.0, 16.0, 24.0]), 32)
    shifted = window(np.array([5.0, 13.0, 21.0, 29.0]), 32)
    assert np.all(even > 0)
    assert even.argmax() == 2
    assert shifted.argmax() == 1
    assert shifted[3] < shifted[0] < shifted[2] < shifted[1]
    assert window(np.array([33.0]), 32)[0] > 0  # centred beyond the last frame
