"""From decoded frames to the network's input: sizes, crops, normalisation. Pure numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_ASPECT = 8  # longer pictures are squeezed, so that one frame stays a bounded array


@dataclass(frozen=True, slots=True)
class CropBox:
    """A square of `size` pixels at `left`, `top` of a picture `width` x `height`."""

    left: int
    top: int
    size: int
    width: int
    height: int

    @property
    def fractions(self) -> tuple[float, float, float, float]:
        """(x, y, width, height) as fractions 0..1 of the displayed picture."""
        return (
            self.left / self.width,
            self.top / self.height,
            self.size / self.width,
            self.size / self.height,
        )


def size_for_short_side(width: int, height: int, short_side: int) -> tuple[int, int]:
    """(width, height) after scaling the shorter side to `short_side`, as mmcv rounds it."""
    if width <= height:
        return short_side, _scaled(height, short_side / width, short_side)
    return _scaled(width, short_side / height, short_side), short_side


def _scaled(length: int, scale: float, short_side: int) -> int:
    return min(int(length * scale + 0.5), MAX_ASPECT * short_side)


def centre_crop(width: int, height: int, size: int) -> tuple[CropBox]:
    """The square in the middle; `size` must fit into the picture."""
    _check_fits(width, height, size)
    return (CropBox((width - size) // 2, (height - size) // 2, size, width, height),)


def three_crops(width: int, height: int, size: int) -> tuple[CropBox, CropBox, CropBox]:
    """Start, middle and end of the longer side (MMAction2 `ThreeCrop`, its integer steps)."""
    _check_fits(width, height, size)
    step_x, step_y = (width - size) // 2, (height - size) // 2
    if width >= height:
        start, middle, end = ((i * step_x, step_y) for i in range(3))
    else:
        start, middle, end = ((step_x, i * step_y) for i in range(3))
    return (
        CropBox(*start, size, width, height),
        CropBox(*middle, size, width, height),
        CropBox(*end, size, width, height),
    )


def to_input(
    frames: NDArray[np.uint8], box: CropBox, mean: Sequence[float], std: Sequence[float]
) -> NDArray[np.float32]:
    """Crops and normalises frames uint8 [T, H, W, 3] RGB to float32 [3, T, size, size].

    `mean` and `std` are per channel, on 0..255.
    """
    normal = cropped(frames, box).astype(np.float32)
    normal -= np.asarray(mean, np.float32)
    normal /= np.asarray(std, np.float32)
    return np.ascontiguousarray(normal.transpose(3, 0, 1, 2))


def cropped(frames: NDArray[np.uint8], box: CropBox) -> NDArray[np.uint8]:
    """The part of frames uint8 [T, H, W, 3] that lies in `box`: [T, size, size, 3]."""
    return frames[:, box.top : box.top + box.size, box.left : box.left + box.size]


def _check_fits(width: int, height: int, size: int) -> None:
    if not 0 < size <= min(width, height):
        raise ValueError(f"a crop of {size} does not fit into {width}x{height}")
