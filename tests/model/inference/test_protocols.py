"""Clips leave the stream of frames whole, and frames leave memory with their last clip."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.inference.protocols import clip_span, plan, stream_clips
from model.video.facts import VideoInfo
from model.video.reader import Frame
from model.weights.spec import IMAGENET, ModelSpec

SPEC = ModelSpec("m", "ircsn-r50", ("a", "b"), IMAGENET)


def info(
    pts_s: NDArray[np.float64], duration_s: float, size: tuple[int, int] = (64, 48)
) -> VideoInfo:
    return VideoInfo(
        pts_s=pts_s,
        duration_s=duration_s,
        fps=len(pts_s) / duration_s,
        width=size[0],
        height=size[1],
        stored_width=size[0],
        stored_height=size[1],
        rotation=0,
        start_s=0.0,
        codec="h264",
        pixel_format="yuv420p",
        container="mov",
        browser_safe=True,
        notes=(),
        pictures=np.arange(len(pts_s)),
    )


def numbered(indices: Iterator[int] | list[int]) -> Iterator[Frame]:
    """Frames of one pixel that hold their own number."""
    for index in indices:
        yield Frame(index, float(index), np.full((1, 1, 3), index % 256, dtype=np.uint8))


@st.composite
def rows(draw: st.DrawFn) -> NDArray[np.int64]:
    clips, length = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    flat = draw(st.lists(st.integers(0, 30), min_size=clips * length, max_size=clips * length))
    return np.array(flat, dtype=np.int64).reshape(clips, length)


@given(rows())
def test_every_clip_comes_once_with_its_own_frames(frame_inds: NDArray[np.int64]) -> None:
    wanted = np.unique(frame_inds).tolist()
    seen = {}
    for row, frames in stream_clips(numbered(wanted), frame_inds):
        assert row not in seen
        seen[row] = frames[:, 0, 0, 0].tolist()
    assert seen == {row: inds.tolist() for row, inds in enumerate(frame_inds)}


def test_memory_holds_the_clips_under_way_and_not_the_video() -> None:
    starts = np.arange(0, 4000, 40)
    frame_inds = starts[:, None] + 2 * np.arange(32)
    alive = 0
    most = 0

    def watched() -> Iterator[Frame]:
        nonlocal alive, most
        for frame in numbered(np.unique(frame_inds).tolist()):
            alive += 1
            weakref.finalize(frame.image, leave)
            most = max(most, alive)
            yield frame

    def leave() -> None:
        nonlocal alive
        alive -= 1

    for _ in stream_clips(watched(), frame_inds):
        pass
    assert most <= 2 * 32 + 1  # hop 20 of 32 sampled frames: never more than two clips at once


def test_frames_not_yet_needed_by_any_clip_are_not_waited_for() -> None:
    frame_inds = np.array([[0, 1], [5, 9]])
    frames = numbered([0, 1, 5, 9])
    clips = stream_clips(frames, frame_inds)
    assert next(clips)[0] == 0
    assert next(frames).index == 5


def test_sizes_and_crops_of_the_protocols() -> None:
    film = info(np.arange(300) / 30, 10.0, (640, 480))
    val = plan("val", SPEC, film, max_clips=64)
    assert val.sampling.frame_inds.shape == (1, 32)
    assert val.short_side == 256
    assert val.explained_box.size == 224
    test = plan("test", SPEC, film, max_clips=64)
    assert test.sampling.frame_inds.shape == (10, 32)
    assert [box.left for box in test.boxes] == [0, 42, 84]
    assert {box.size for box in test.boxes} == {256}
    assert test.explained_box.left == 42
    auto = plan("auto", SPEC, film, max_clips=64)
    assert auto.sampling.frame_inds[0, 0] == 0
    assert auto.sampling.frame_inds[-1, -1] == 299
    assert auto.sampling.gaps == ()


def test_a_span_ends_where_the_next_frame_begins() -> None:
    film = info(np.arange(100) / 10, 10.0)
    assert clip_span(np.array([0, 2, 4]), film).end_s == pytest.approx(0.6)
    end = clip_span(np.array([95, 97, 99]), film)
    assert (end.start_s, end.end_s) == pytest.approx((9.5, 10.0))
    looped = clip_span(np.array([0, 50, 99, 0, 50]), film)
    assert (looped.start_s, looped.end_s) == pytest.approx((0.0, 10.0))
    assert clip_span(np.array([3, 3, 3]), film).end_s == pytest.approx(0.4)
