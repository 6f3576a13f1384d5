"""Bilinear resizing as the networks' training pipelines did it. Pure numpy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Fixed point, as OpenCV's vectorised `INTER_LINEAR` computes: weights of 11 bits, of the 22 bits
# after both axes 4 are dropped in between, 16 after the second product and 2 at the end.
WEIGHT_ONE = 1 << 11
DROP_BETWEEN, DROP_PRODUCT, DROP_END = 4, 16, 2


Convert = Callable[[NDArray[Any]], NDArray[np.uint8]]


def resize_bilinear(
    image: NDArray[Any], width: int, height: int, convert: Convert | None = None
) -> NDArray[np.uint8]:
    """Resizes uint8 [H, W, 3] to [height, width, 3]: two taps an axis, pixel centres aligned.

    `convert` makes such pixels of others; only those that are needed are given to it.

    The same grey levels as OpenCV's `INTER_LINEAR`, rounding included: no low-pass filter when
    shrinking. Only the needed pixels are touched, so the cost depends on the output alone.
    """
    if image.shape[:2] == (height, width):
        return convert(image) if convert else image
    rows, weights_y = _taps(image.shape[0], height)
    columns, weights_x = _taps(image.shape[1], width)
    needed, rows = np.unique(rows, return_inverse=True)
    taken = image[needed]
    if convert is not None:
        kept, columns = np.unique(columns, return_inverse=True)
        taken = convert(taken[:, kept])
    narrow = _blend_columns(taken, columns.reshape(2, width), weights_x)
    result = _weighted(narrow, rows.reshape(2, height)[0], weights_y[0])
    result += _weighted(narrow, rows.reshape(2, height)[1], weights_y[1])
    result += 1 << (DROP_END - 1)
    result >>= DROP_END
    return result.astype(np.uint8).reshape(height, width, 3)


def _taps(source: int, target: int) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Lower and upper neighbour [2, target] of each target position, and their weights."""
    scale = 1.0 / (target / source)
    position = ((np.arange(target) + 0.5) * scale - 0.5).astype(np.float32)
    first = np.floor(position)
    share = position - first
    weights = np.rint(np.stack([1 - share, share]) * WEIGHT_ONE).astype(np.int32)
    neighbours = np.stack([first, first + 1]).astype(np.intp).clip(0, source - 1)
    return neighbours, weights


def _blend_columns(
    rows: NDArray[np.uint8], columns: NDArray[np.intp], weights: NDArray[np.int32]
) -> NDArray[np.int32]:
    """[R, W, 3] to int32 [R, width * 3]. Flat rows, so that every operation runs along memory."""
    places = (columns[:, :, None] * 3 + np.arange(3)).reshape(2, -1)
    weights = np.repeat(weights, 3, axis=1)
    flat = rows.reshape(len(rows), -1)
    # "clip" never happens; without it numpy checks and buffers
    result: NDArray[np.int32] = flat.take(places[0], axis=1, mode="clip").astype(np.int32)
    result *= weights[0]
    beside = flat.take(places[1], axis=1, mode="clip").astype(np.int32)
    beside *= weights[1]
    result += beside
    result >>= DROP_BETWEEN
    return result


def _weighted(
    narrow: NDArray[np.int32], rows: NDArray[np.intp], weights: NDArray[np.int32]
) -> NDArray[np.int32]:
    result = narrow[rows]
    result *= weights[:, None]
    result >>= DROP_PRODUCT
    return result
