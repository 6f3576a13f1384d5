"""How many positions a convolution or a pool has."""

from __future__ import annotations

Triple = tuple[int, int, int]  # time, height, width


def positions(
    size: Triple, kernel: Triple, stride: Triple, padding: Triple, dilation: int
) -> Triple:
    """Output positions along (T, H, W); `dilation` concerns time alone.

    Dumoulin and Visin, "A guide to convolution arithmetic", 2016, relationship 6.
    """
    reach = (dilation * (kernel[0] - 1), kernel[1] - 1, kernel[2] - 1)
    along = [
        (size[axis] + 2 * padding[axis] - reach[axis] - 1) // stride[axis] + 1 for axis in range(3)
    ]
    return along[0], along[1], along[2]
