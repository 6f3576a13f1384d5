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
)

times = st.floats(0.0, 100.0, allow_nan=False).map(lambda value: round(value, 3))
values = st.floats(-50.0, 50.0, allow_nan=False)


@st.composite
def clip_evidence(draw: st.DrawFn) -> ClipEvidence:
    """A clip of 1-8 steps in any order of time, repeats included, two classes on 1 x 2 cells."""
    seconds = draw(st.lists(times, min_size=1, max_size=8))
    flat = draw(st.lists(values, min_size=4 * len(seconds), max_size=4 * len(seconds)))
    volume = np.array(flat, dtype=np.float32).reshape(2, len(seconds), 1, 2)
    return ClipEvidence(np.array(seconds), volume)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start, length = draw(times), draw(st.floats(0.01, 20.0))
    return Span(start, start + length)


def a_clip(start: float, steps: NDArray[np.float64]) -> ClipEvidence:
    seconds = start + np.arange(len(steps), dtype=np.float64)
    return ClipEvidence(seconds, steps.astype(np.float32).reshape(1, -1, 1, 1))


@given(st.lists(clip_evidence(), min_size=1, max_size=5), st.randoms())
def test_the_order_of_the_clips_does_not_matter(clips: list[ClipEvidence], random: object) -> None:
    shuffled = list(clips)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    merged, again = merge_evidence(clips), merge_evidence(shuffled)
    np.testing.assert_array_equal(merged.seconds, again.seconds)
    np.testing.assert_allclose(merged.volume, again.volume, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(merged.weights, again.weights, atol=1e-9)


@given(st.lists(clip_evidence(), min_size=1, max_size=5), st.sampled_from([1, 2]))
def test_the_weighted_mean_is_the_mean_of_what_made_the_answer(
    clips: list[ClipEvidence], every: int
) -> None:
    merged = merge_evidence(clips, every=every)
    assert merged.weights.sum() == pytest.approx(1.0, abs=1e-9)
    assert merged.weights.min() >= 0
    answered = np.mean([clip.volume[:, ::every].mean(axis=1) for clip in clips], axis=0)
    shared_out = np.einsum("s,kshw->khw", merged.weights, merged.volume.astype(np.float64))
    np.testing.assert_allclose(shared_out, answered, rtol=1e-4, atol=1e-4)


def test_without_the_level_finer_steps_would_not_add_up() -> None:
    clip = a_clip(0.0, np.array([2.0, 9.0, 4.0, 9.0]))
    fine = merge_evidence([clip], every=2)
    assert fine.weights @ fine.volume.ravel() == pytest.approx(3.0, abs=1e-5)
    plain = merge_evidence([clip])
    assert plain.weights @ plain.volume.ravel() != pytest.approx(3.0, abs=1e-1)


@given(st.lists(clip_evidence(), min_size=1, max_size=5))
def test_merged_evidence_stays_within_what_the_clips_said(clips: list[ClipEvidence]) -> None:
    merged = merge_evidence(clips)
    seconds, volume = merged.seconds, merged.volume
    assert np.all(np.diff(seconds) > 0)
    assert set(seconds) == {time for clip in clips for time in clip.seconds}
    for k in range(2):
        said = np.concatenate([clip.volume[k].ravel() for clip in clips])
        assert volume[k].min() >= said.min() - 1e-3
        assert volume[k].max() <= said.max() + 1e-3


@given(st.lists(clip_evidence(), min_size=1, max_size=5), values)
def test_constant_evidence_stays_constant(clips: list[ClipEvidence], level: float) -> None:
    flat = [replace(c, volume=np.full_like(c.volume, level)) for c in clips]
    volume = merge_evidence(flat).volume
    np.testing.assert_allclose(volume, np.float32(level), rtol=1e-5, atol=1e-5)


@given(clip_evidence())
def test_one_clip_is_itself(clip: ClipEvidence) -> None:
    distinct, first = np.unique(clip.seconds, return_index=True)
    merged = merge_evidence([clip])
    np.testing.assert_array_equal(merged.seconds, distinct)
    if len(distinct) == len(clip.seconds):
        np.testing.assert_allclose(merged.volume, clip.volume[:, first], rtol=1e-5, atol=1e-5)


def test_a_clip_that_repeats_frames_names_each_moment_once() -> None:
    volume = np.array([1.0, 2.0, 3.0, 6.0], dtype=np.float32).reshape(1, 4, 1, 1)
    clip = ClipEvidence(np.array([0.0, 1.0, 0.0, 1.0]), volume)
    merged = merge_evidence([clip])
    np.testing.assert_array_equal(merged.seconds, [0.0, 1.0])
    np.testing.assert_allclose(merged.volume.ravel(), [(1 + 3) / 2, (2 + 6) / 2])
    np.testing.assert_allclose(merged.weights, [0.5, 0.5])


def test_where_clips_overlap_both_count_and_the_answer_stands_more_on_it() -> None:
    first = a_clip(0.0, np.array([0.0, 0.0, 0.0, 0.0]))
    second = a_clip(2.0, np.array([9.0, 9.0, 9.0, 9.0]))
    merged = merge_evidence([first, second])
    np.testing.assert_array_equal(merged.seconds, np.arange(6.0))
    np.testing.assert_allclose(merged.volume.ravel(), [0.0, 0.0, 4.5, 4.5, 9.0, 9.0])
    np.testing.assert_allclose(merged.weights, np.array([1, 1, 2, 2, 1, 1]) / 8)


def test_interleaved_grids_are_read_between_their_own_steps_only() -> None:
    first = a_clip(0.0, np.array([0.0, 2.0]))
    second = a_clip(0.5, np.array([5.0, 5.0]))
    merged = merge_evidence([first, second])
    np.testing.assert_array_equal(merged.seconds, [0.0, 0.5, 1.0, 1.5])
    volume = merged.volume.ravel()
    assert volume[0] == pytest.approx(0.0)
    assert volume[3] == pytest.approx(5.0)
    assert np.all((volume[1:3] > 1.0) & (volume[1:3] < 5.0))


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
