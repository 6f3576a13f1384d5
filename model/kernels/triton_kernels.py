"""The kernels in Triton, behind the names of their plain twins."""

from __future__ import annotations

from torch import Tensor

from model.kernels import stem
from model.kernels.choosing import Kernels, Stem, plain_kernels
from model.kernels.depthwise import depthwise
from model.kernels.pointwise import pointwise
from model.kernels.pool import max_pool


def triton_kernels() -> Kernels:
    """Needs a CUDA device, or Triton's interpreter."""
    return Kernels("Triton", depthwise, pointwise, max_pool, _stem)


def _stem(weight: Tensor, bias: Tensor) -> Stem:
    """Sizes that cannot be packed go the plain way."""
    packed_weight = stem.packed_weight(weight)
    twice = bias.repeat(2)
    plainly = plain_kernels().stem(weight, bias)

    def layer(clips: Tensor, mean: Tensor, scale: Tensor) -> Tensor:
        if not stem.fits(clips):
            return plainly(clips, mean, scale)
        return stem.stem(stem.packed(clips, mean, scale, weight.dtype), packed_weight, twice)

    return layer
