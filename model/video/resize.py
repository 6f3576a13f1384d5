"""Bilinear resizing as the networks' training pipelines did it. Pure numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def resize_bilinear(image: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Resizes uint8 [H, W, 3] to [height, width, 3]: two taps an axis, pixel centres aligned.

    The same arithmetic as OpenCV's `INTER_LINEAR` up to its rounding (at most one grey level): no
    low-pass filter when shrinking. Only the needed pixels are touched, so the cost depends on the
    output alone.
    """
    if image.shape[:2] == (height, width):
        return image
    upper, lower, weight_y = _taps(image.shape[0], height)
    left, right, weight_x = _taps(image.shape[1], width)
    result = _blend_columns(image[upper], left, right, weight_x)
    below = _blend_columns(image[lower], left, right, weight_x)
    below -= result
    below *= weight_y[:, None, None]
    result += below
    result += np.float32(0.5)
    return result.astype(np.uint8)


def _taps(
    source: int, target: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Lower neighbour, upper neighbour and the upper one's weight for each target position."""
    position = (np.arange(target) + 0.5) * (source / target) - 0.5
    position = np.clip(position, 0, source - 1)
    first = np.minimum(position.astype(np.intp), max(source - 2, 0))
    return first, np.minimum(first + 1, source - 1), (position - first).astype(np.float32)


def _blend_columns(
    rows: NDArray[np.uint8],
    left: NDArray[np.intp],
    right: NDArray[np.intp],
    weight: NDArray[np.float32],
) -> NDArray[np.float32]:
    pixels = np.ascontiguousarray(rows).view("V3")[..., 0]
    result = _columns(pixels, left)
    beside = _columns(pixels, right)
    beside -= result
    beside *= weight[:, None]
    result += beside
    return result


def _columns(pixels: NDArray[np.void], columns: NDArray[np.intp]) -> NDArray[np.float32]:
    taken = np.take(pixels, columns, axis=1).view(np.uint8)
    return taken.reshape(len(pixels), len(columns), 3).astype(np.float32)
