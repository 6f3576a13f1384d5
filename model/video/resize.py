"""Bilinear resizing as the networks' training pipelines did it. Pure numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Fixed point, as OpenCV's vectorised `INTER_LINEAR` computes: weights of 11 bits, of the 22 bits
# after both axes 4 are dropped in between, 16 after the second product and 2 at the end.
WEIGHT_ONE = 1 << 11
DROP_BETWEEN, DROP_PRODUCT, DROP_END = 4, 16, 2


def resize_bilinear(image: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Resizes uint8 [H, W, 3] to [height, width, 3]: two taps an axis, pixel centres aligned.

    The same grey levels as OpenCV's `INTER_LINEAR`, rounding included: no low-pass filter when
    shrinking. Only the needed pixels are touched, so the cost depends on the output alone.
    """
    if image.shape[:2] == (height, width):
        return image
    upper, lower, weights_y = _taps(image.shape[0], height)
    left, right, weights_x = _taps(image.shape[1], width)
    result = _blend_columns(image[upper], left, right, weights_x)
    result *= weights_y[0, :, None, None]
    result >>= DROP_PRODUCT
    below = _blend_columns(image[lower], left, right, weights_x)
    below *= weights_y[1, :, None, None]
    below >>= DROP_PRODUCT
    result += below
    result += 1 << (DROP_END - 1)
    result >>= DROP_END
    return result.astype(np.uint8)


def _taps(source: int, target: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int32]]:
    """Lower neighbour, upper neighbour and both weights [2, target] for each target position."""
    scale = 1.0 / (target / source)
    position = ((np.arange(target) + 0.5) * scale - 0.5).astype(np.float32)
    first = np.floor(position)
    share = position - first
    weights = np.rint(np.stack([1 - share, share]) * WEIGHT_ONE).astype(np.int32)
    neighbours = np.stack([first, first + 1]).astype(np.intp).clip(0, source - 1)
    return neighbours[0], neighbours[1], weights


def _blend_columns(
    rows: NDArray[np.uint8],
    left: NDArray[np.intp],
    right: NDArray[np.intp],
    weights: NDArray[np.int32],
) -> NDArray[np.int32]:
    pixels = np.ascontiguousarray(rows).view("V3")[..., 0]
    result = _columns(pixels, left)
    result *= weights[0, :, None]
    beside = _columns(pixels, right)
    beside *= weights[1, :, None]
    result += beside
    result >>= DROP_BETWEEN
    return result


def _columns(pixels: NDArray[np.void], columns: NDArray[np.intp]) -> NDArray[np.int32]:
    taken = np.take(pixels, columns, axis=1).view(np.uint8)
    return taken.reshape(len(pixels), len(columns), 3).astype(np.int32)
