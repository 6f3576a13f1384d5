"""The inflated Inception network, whole or channel-separated. Knows no files and no video.

Carreira and Zisserman, "Quo Vadis, Action Recognition?", CVPR 2017. Separated means that every
3x3x3 convolution is a depthwise one with a few filters a channel, followed by a 1x1x1.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from math import inf

import torch
from torch import Tensor, nn

from model.network.layers import ConvUnit, CubePool, SamePad, Triple
from model.network.separated import CUBE, POINT, cube_unit, stem_unit
from model.network.staged import JoinedStage, StagedNetwork


@dataclass(frozen=True, slots=True)
class Widths:
    """Output channels of an Inception block; the `narrow` ones feed the 3x3x3 convolutions."""

    point: int
    narrow_first: int
    first: int
    narrow_second: int
    second: int
    pooled: int

    @property
    def total(self) -> int:
        return self.point + self.first + self.second + self.pooled


MIXED_3 = {
    "mixed_3b": Widths(64, 96, 128, 16, 32, 32),
    "mixed_3c": Widths(128, 128, 192, 32, 96, 64),
}
MIXED_4 = {
    "mixed_4b": Widths(192, 96, 208, 16, 48, 64),
    "mixed_4c": Widths(160, 112, 224, 24, 64, 64),
    "mixed_4d": Widths(128, 128, 256, 24, 64, 64),
    "mixed_4e": Widths(112, 144, 288, 32, 64, 64),
    "mixed_4f": Widths(256, 160, 320, 32, 128, 128),
}
MIXED_5 = {
    "mixed_5b": Widths(256, 160, 320, 32, 128, 128),
    "mixed_5c": Widths(384, 192, 384, 48, 128, 128),
}


class InceptionBlock(nn.Module):
    """Four branches side by side, joined along the channels."""

    def __init__(self, in_channels: int, widths: Widths, filters: int) -> None:
        super().__init__()
        self.point = ConvUnit(in_channels, widths.point, POINT)
        self.narrow_first = ConvUnit(in_channels, widths.narrow_first, POINT)
        self.first = cube_unit(widths.narrow_first, widths.first, filters)
        self.narrow_second = ConvUnit(in_channels, widths.narrow_second, POINT)
        self.second = cube_unit(widths.narrow_second, widths.second, filters)
        self.pool = CubePool()
        self.pooled = ConvUnit(in_channels, widths.pooled, POINT)

    def forward(self, x: Tensor) -> Tensor:
        first = self.first(self.narrow_first(x))
        second = self.second(self.narrow_second(x))
        return torch.cat([self.point(x), first, second, self.pooled(self.pool(x))], dim=1)


class I3D(StagedNetwork):
    """RGB I3D on clips [N, 3, T, H, W] scaled to -1..1, T a multiple of 8, H and W at least 32.

    `filters` depthwise filters for each channel of a 3x3x3 convolution; 0 keeps them dense (the
    original network). `stem` pictures in a stem of two steps; 0 keeps its 7x7x7. Ends in 1024
    features, T' = T/8, H' and W' about a 32nd of the picture; with `joined` 2 or 3 the outputs of
    the block and the pool before follow, each 832 more.
    """

    def __init__(
        self,
        classes: int,
        *,
        filters: int = 0,
        stem: int = 0,
        joined: int = 1,
        dropout: float = 0.5,
    ) -> None:
        trunk: OrderedDict[str, nn.Module] = OrderedDict()
        trunk["stem_pad"] = SamePad((7, 7, 7), (2, 2, 2))
        trunk["stem"] = stem_unit(stem)
        trunk.update(_pool("pool_1", (1, 3, 3), (1, 2, 2)))
        trunk["point"] = ConvUnit(64, 64, POINT)
        trunk["cube"] = cube_unit(64, 192, filters)
        trunk.update(_pool("pool_2", (1, 3, 3), (1, 2, 2)))
        trunk.update(_blocks(192, MIXED_3, filters))
        trunk.update(_pool("pool_3", CUBE, (2, 2, 2)))
        trunk.update(_blocks(480, MIXED_4, filters))
        last = _pool("pool_4", (2, 2, 2), (2, 2, 2))
        last.update(_blocks(832, MIXED_5, filters))
        channels = sum((1024, 832, 832)[:joined])
        super().__init__(
            nn.Sequential(trunk),
            JoinedStage(last, joined=joined),
            nn.Linear(channels, classes),
            dropout=dropout,
        )


def _pool(name: str, kernel: Triple, stride: Triple) -> OrderedDict[str, nn.Module]:
    """A max pool whose SAME padding never wins."""
    return OrderedDict(
        {f"{name}_pad": SamePad(kernel, stride, -inf), name: nn.MaxPool3d(kernel, stride=stride)}
    )


def _blocks(
    in_channels: int, blocks: dict[str, Widths], filters: int
) -> OrderedDict[str, nn.Module]:
    stage: OrderedDict[str, nn.Module] = OrderedDict()
    for name, widths in blocks.items():
        stage[name] = InceptionBlock(in_channels, widths, filters)
        in_channels = widths.total
    return stage
