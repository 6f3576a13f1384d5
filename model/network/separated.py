"""What stands for the dense convolutions of an I3D once it is separated."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from model.network.layers import ConvUnit, Triple, batch_norm

POINT: Triple = (1, 1, 1)
CUBE: Triple = (3, 3, 3)


class SeparatedUnit(nn.Module):
    """A 3x3x3 convolution of low rank: `filters` depthwise filters a channel, then 1x1x1.

    Batch norm and ReLU follow the second one only, so that it can stand for a dense convolution.
    """

    def __init__(self, in_channels: int, out_channels: int, filters: int) -> None:
        super().__init__()
        inner = in_channels * filters
        self.depthwise = nn.Conv3d(
            in_channels, inner, CUBE, padding=(1, 1, 1), groups=in_channels, bias=False
        )
        self.pointwise = nn.Conv3d(inner, out_channels, POINT, bias=False)
        self.bn = batch_norm(out_channels)

    def convolved(self, x: Tensor) -> Tensor:
        """Both convolutions, [N, in, T, H, W] to [N, out, T, H, W]; batch norm is yet to come."""
        y: Tensor = self.pointwise(self.depthwise(x))
        return y

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.convolved(x)))


class SplitStem(nn.Module):
    """A 7x7x7 convolution of stride 2 and low rank: `filters` pictures 1x7x7, then 7x1x1 in time.

    Nothing stands between the two (Jaderberg et al., BMVC 2014, scheme 2); the input is padded.
    """

    def __init__(self, out_channels: int, filters: int) -> None:
        super().__init__()
        self.space = nn.Conv3d(3, filters, (1, 7, 7), stride=(1, 2, 2), bias=False)
        self.time = nn.Conv3d(filters, out_channels, (7, 1, 1), stride=(2, 1, 1), bias=False)
        self.bn = batch_norm(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.time(self.space(x))))


def cube_unit(in_channels: int, out_channels: int, filters: int) -> nn.Module:
    """A 3x3x3 unit: dense for `filters` 0, otherwise separated."""
    if filters:
        return SeparatedUnit(in_channels, out_channels, filters)
    return ConvUnit(in_channels, out_channels, CUBE)


def stem_unit(filters: int) -> nn.Module:
    """The first unit: 7x7x7 for `filters` 0, otherwise in two steps."""
    if filters:
        return SplitStem(64, filters)
    return ConvUnit(3, 64, (7, 7, 7), stride=(2, 2, 2), padded=False)
