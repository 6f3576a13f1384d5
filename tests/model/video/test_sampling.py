"""Which frames make up the clips."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.video.sampling import (
    Sampling,
    frame_interval,
    sample_auto,
    sample_test,
    sample_val,
)


def even(frames: int, fps: float, **options: int) -> Sampling:
    return sample_auto(np.arange(frames) / fps, frames / fps, **options)


@pytest.mark.shared
def test_protocols_equal_the_published_indices(shared_dir: Path) -> None:
    entries = json.loads((shared_dir / "reference" / "predictions.json").read_text())
    assert {entry["protocol"] for entry in entries} == {"val", "test"}
    for entry in entries:
        sample = sample_val if entry["protocol"] == "val" else sample_test
        found = sample(entry["total_frames"])
        np.testing.assert_array_equal(found.frame_inds, entry["frame_inds"])
        assert not found.padded


def test_val_takes_the_middle() -> None:
    assert sample_val(280).frame_inds[0, [0, -1]].tolist() == [108, 170]


def test_short_videos_wrap_around() -> None:
    found = sample_val(10)
    assert found.frame_inds[0].tolist() == [i * 2 % 10 for i in range(32)]
    assert found.padded
    assert "looped" in found.notes[0]


def test_one_clip_in_test_mode_is_the_middle_one() -> None:
    np.testing.assert_array_equal(sample_test(500, clips=1).frame_inds, sample_val(500).frame_inds)


@pytest.mark.parametrize("sample", [sample_val, sample_test])
def test_a_video_without_frames_is_refused(sample: object) -> None:
    with pytest.raises(ValueError, match="without frames"):
        sample(0)  # type: ignore[operator]


@given(st.integers(1, 5000), st.integers(2, 12))
def test_test_mode_runs_from_first_to_last(frames: int, clips: int) -> None:
    found = sample_test(frames, clips=clips).frame_inds
    assert found.shape == (clips, 32)
    assert 0 <= found.min() <= found.max() < frames
    assert found[0, 0] == 0
    if frames >= 63:
        assert found[-1, -1] == frames - 1
        assert (np.diff(found, axis=1) == 2).all()


@pytest.mark.parametrize(
    ("fps", "interval"), [(30, 2), (29.97, 2), (25, 2), (60, 4), (15, 1), (7, 1), (120, 8)]
)
def test_the_interval_keeps_fifteen_frames_a_second(fps: float, interval: int) -> None:
    assert frame_interval(1000, 1000 / fps) == interval


@given(st.integers(1, 20_000), st.floats(1, 240), st.integers(1, 64))
def test_auto_covers_the_whole_video(frames: int, fps: float, max_clips: int) -> None:
    found = even(frames, fps, max_clips=max_clips)
    inds = found.frame_inds
    assert inds.dtype == np.int64
    assert 1 <= len(inds) <= max_clips
    assert 0 <= inds.min() <= inds.max() < frames
    assert (np.diff(inds, axis=1) >= 0).all()
    if max_clips > 1:
        assert inds[0, 0] == 0
        assert inds[-1, -1] == frames - 1
    seen = np.zeros(frames, bool)
    interval = max(1, int(inds[0, 1] - inds[0, 0]))
    for clip in inds:
        seen[clip[0] : clip[-1] + interval] = True
    unseen_s = (~seen).sum() / fps
    assert sum(end - start for start, end in found.gaps) == pytest.approx(unseen_s, abs=1e-6)
    assert bool(found.gaps) == bool(found.notes) or found.padded


@given(st.integers(64, 20_000), st.sampled_from([15.0, 25.0, 30.0, 60.0]))
def test_neighbouring_grids_interleave(frames: int, fps: float) -> None:
    inds = even(frames, fps).frame_inds
    interval = int(inds[0, 1] - inds[0, 0])
    hops = np.diff(inds[:-1, 0])
    assert (hops % interval == 0).all()
    assert (hops // interval % 8 == 4).all()


def test_clips_overlap_until_there_are_too_many() -> None:
    assert np.diff(even(300, 30).frame_inds[:, 0]).tolist() == [40, 40, 40, 40, 40, 37]
    long = even(30 * 600, 30)
    assert len(long.frame_inds) <= 64
    assert long.gaps[0][0] == pytest.approx(64 / 30)
    assert "not analysed" in long.notes[0]
    assert even(30 * 600, 30, max_clips=10_000).gaps == ()


def test_one_allowed_clip_tells_both_gaps() -> None:
    found = even(1000, 30, max_clips=1)
    assert len(found.gaps) == 2
    assert found.gaps[0][0] == 0
    assert found.gaps[1][1] == pytest.approx(1000 / 30)


def test_a_video_shorter_than_a_clip_is_spread_out() -> None:
    found = even(40, 30)
    assert found.frame_inds[0].tolist() == np.round(np.linspace(0, 39, 32)).astype(int).tolist()
    assert not found.padded
    assert even(10, 30).padded
    assert even(1, 30).frame_inds.tolist() == [[0] * 32]


def test_other_networks_have_other_clips() -> None:
    assert even(500, 25, clip_len=64).frame_inds.shape[1] == 64
    sixteen = even(500, 15, clip_len=16).frame_inds
    assert np.diff(sixteen[:2, 0]).tolist() == [12]


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        sample_auto(np.empty(0), 0.0)
