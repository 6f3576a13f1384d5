"""Sizes, crops and the network's input; and resizing to the last grey level."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.video.resize import resize_bilinear
from model.video.transforms import (
    MAX_ASPECT,
    CropBox,
    centre_crop,
    size_for_short_side,
    three_crops,
    to_input,
)

SIDES = st.integers(1, 90)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((320, 240), (341, 256)),
        ((340, 256), (340, 256)),
        ((1280, 720), (455, 256)),
        ((720, 1280), (256, 455)),
        ((64, 64), (256, 256)),
        ((4000, 1), (MAX_ASPECT * 256, 256)),
        ((1, 4000), (256, MAX_ASPECT * 256)),
    ],
)
def test_the_short_side_rules(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert size_for_short_side(*size, 256) == expected


def test_crops_lie_where_mmaction_puts_them() -> None:
    assert centre_crop(341, 256, 224) == (CropBox(58, 16, 224, 341, 256),)
    assert [box.left for box in three_crops(341, 256, 256)] == [0, 42, 84]
    assert [box.top for box in three_crops(256, 341, 256)] == [0, 42, 84]


@given(SIDES, SIDES, SIDES)
def test_crops_lie_inside(width: int, height: int, size: int) -> None:
    if size > min(width, height):
        with pytest.raises(ValueError, match="does not fit"):
            centre_crop(width, height, size)
        return
    for box in (*centre_crop(width, height, size), *three_crops(width, height, size)):
        assert 0 <= box.left <= width - size
        assert 0 <= box.top <= height - size
        x, y, w, h = box.fractions
        assert 0 <= x <= x + w <= 1 + 1e-9
        assert 0 <= y <= y + h <= 1 + 1e-9


def test_the_input_is_cropped_normalised_and_ordered() -> None:
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 256, (4, 6, 8, 3), dtype=np.uint8)
    box = CropBox(2, 1, 4, 8, 6)
    mean, std = (1.0, 2.0, 3.0), (4.0, 5.0, 6.0)
    found = to_input(frames, box, mean, std)
    assert found.shape == (3, 4, 4, 4)
    assert found.dtype == np.float32
    assert found.flags.c_contiguous
    for channel in range(3):
        wanted = (frames[:, 1:5, 2:6, channel] - mean[channel]) / std[channel]
        np.testing.assert_allclose(found[channel], wanted, rtol=1e-6)


@given(SIDES, SIDES, SIDES, SIDES, st.integers(0, 99))
def test_resizing_stays_within_the_pixels_it_blends(
    width: int, height: int, new_width: int, new_height: int, seed: int
) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    found = resize_bilinear(image, new_width, new_height)
    assert found.shape == (new_height, new_width, 3)
    assert found.dtype == np.uint8
    assert int(image.min()) - 1 <= int(found.min()) <= int(found.max()) <= int(image.max())


@given(SIDES, SIDES, SIDES, SIDES, st.integers(0, 99))
@pytest.mark.skipif(importlib.util.find_spec("cv2") is None, reason="OpenCV is not installed")
def test_resizing_equals_opencv(
    width: int, height: int, new_width: int, new_height: int, seed: int
) -> None:
    cv2 = pytest.importorskip("cv2")
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    wanted = cv2.resize(image, (new_width, new_height), interpolation=cv2.INTER_LINEAR)
    np.testing.assert_array_equal(resize_bilinear(image, new_width, new_height), wanted)


def test_an_image_of_the_right_size_is_not_touched() -> None:
    image = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    assert resize_bilinear(image, 5, 4) is image
