"""Augmentation: within bounds, all frames alike, and the same for the same seed."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.learning.augment import (
    Augmentation,
    CutOut,
    augmented,
    generator,
    random_clip,
    random_cut_out,
)

PLAIN = Augmentation(area=(1.0, 1.0), aspect=(1.0, 1.0), flip=0.0)


@given(st.integers(1, 200), st.integers(0, 99), st.integers(1, 32), st.integers(1, 4))
def test_clips_lie_in_the_video(frames: int, seed: int, clip_len: int, interval: int) -> None:
    draw = generator(seed, 0, "x")
    inds = random_clip(frames, draw, clip_len=clip_len, interval=interval)
    assert inds.shape == (clip_len,)
    assert 0 <= inds.min() <= inds.max() < frames
    if frames >= clip_len * interval:
        assert (np.diff(inds) == interval).all()


def test_every_possible_start_occurs() -> None:
    draw = generator(0, 0, "x")
    starts = {int(random_clip(70, draw, clip_len=32, interval=2)[0]) for _ in range(300)}
    assert starts == set(range(7))


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 99))
def test_cut_outs_lie_in_the_picture(width: int, height: int, seed: int) -> None:
    box = random_cut_out(width, height, generator(seed, 0, "x"), Augmentation())
    assert 0 <= box.left <= box.left + box.width <= width
    assert 0 <= box.top <= box.top + box.height <= height
    assert min(box.width, box.height) >= 1


def test_what_fits_nowhere_becomes_the_middle() -> None:
    how = Augmentation(area=(1.0, 1.0), aspect=(1.0, 1.0))
    assert random_cut_out(90, 30, generator(0, 0, "x"), how) == CutOut(30, 0, 30, 30)


def test_the_same_place_in_a_run_gives_the_same_clip_and_another_one_not() -> None:
    frames = np.random.default_rng(0).integers(0, 255, (4, 40, 50, 3), dtype=np.uint8)
    first = augmented(frames, generator(1, 2, "a"), Augmentation(), size=32)
    again = augmented(frames, generator(1, 2, "a"), Augmentation(), size=32)
    assert first.shape == (3, 4, 32, 32)
    assert torch.equal(first, again)
    for seed, epoch, name in ((2, 2, "a"), (1, 3, "a"), (1, 2, "b")):
        other = augmented(frames, generator(seed, epoch, name), Augmentation(), size=32)
        assert not torch.equal(first, other)


def test_half_of_the_clips_are_mirrored_and_all_frames_of_one_alike() -> None:
    frames = np.zeros((2, 8, 8, 3), np.uint8)
    frames[:, :, 4:] = 200
    how = Augmentation(area=(1.0, 1.0), aspect=(1.0, 1.0), flip=0.5)
    mirrored = 0
    for epoch in range(200):
        clip = augmented(frames, generator(0, epoch, "x"), how, size=8)
        assert torch.equal(clip[:, 0], clip[:, 1])
        mirrored += int(clip[0, 0, 0, 0] > 100)
    assert 70 < mirrored < 130
    untouched = augmented(frames, generator(0, 0, "x"), PLAIN, size=8)
    assert np.array_equal(untouched[0].numpy(), frames[..., 0])
