"""What every network here can do, whatever its layers: nothing else may ask which one it has."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor, nn


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

    def __call__(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """(logits [N, classes], last-stage features [N, C, T', H', W'])."""
        ...
