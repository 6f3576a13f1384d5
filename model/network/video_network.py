"""What every network here can do, whatever its layers: nothing else may ask which one it has."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from torch import Tensor, nn


class Axis(NamedTuple):
    """Cell j of a feature map looks at the input around position `first + step * j`.

    In sampled frames along time and in pixels in space. Convolutions padded evenly on both sides
    begin at 0; uneven padding shifts every cell, by up to half a second with clips of 32 frames.
    """

    first: float
    step: float


class VideoNetwork(Protocol):
    """A 3-D convolutional trunk, global average pooling and one linear layer.

    Because the head is linear, the mean over time and space of `head_weight[c] @ features`
    plus `head_bias[c]` is exactly the logit of class c (CAM, Zhou et al., CVPR 2016, eq. 1-2).
    """

    @property
    def head(self) -> nn.Linear:
        """The classifier: weight [classes, C], bias [classes]."""
        ...

    def features(self, clips: Tensor) -> Tensor:
        """Last-stage features [N, C, T', H', W'] of clips [N, 3, T, H, W] (already normalised)."""
        ...

    def centres(self, size: tuple[int, int, int]) -> tuple[Axis, Axis, Axis]:
        """Receptive-field centres of the features along (T, H, W) for clips of that size."""
        ...

    def __call__(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """(logits [N, classes], last-stage features [N, C, T', H', W'])."""
        ...
