"""Channel-separated convolutional networks. Knows no files and no video.

Tran et al., "Video Classification with Channel-Separated Convolutional Networks", ICCV 2019: a
3-D bottleneck ResNet in which channels meet in 1x1x1 convolutions only, while space and time meet
in depthwise 3x3x3 ones.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Literal

import torch.nn.functional as F
from torch import Tensor, nn

from model.network.layers import ConvUnit, Triple
from model.network.staged import JoinedStage, StagedNetwork

Kind = Literal["ir", "ip"]
BLOCKS = {26: (2, 2, 2, 2), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
EXPANSION = 4
POINT: Triple = (1, 1, 1)


class Block(nn.Module):
    """Reduce, convolve every channel in space and time, expand, and add the input.

    The interaction-reduced kind (`ir`) stops there; the interaction-preserved kind (`ip`) mixes
    the channels once more, without activation, before the depthwise convolution (section 3.2).
    """

    def __init__(self, in_channels: int, channels: int, stride: Triple, kind: Kind) -> None:
        super().__init__()
        out_channels = channels * EXPANSION
        self.reduce = ConvUnit(in_channels, channels, POINT)
        self.interact = (
            ConvUnit(channels, channels, POINT, activate=False) if kind == "ip" else nn.Identity()
        )
        self.depthwise = ConvUnit(channels, channels, (3, 3, 3), stride=stride, groups=channels)
        self.expand = ConvUnit(channels, out_channels, POINT, activate=False)
        self.shortcut = (
            nn.Identity()
            if stride == POINT and in_channels == out_channels
            else ConvUnit(in_channels, out_channels, POINT, stride=stride, activate=False)
        )

    def forward(self, x: Tensor) -> Tensor:
        inner = self.depthwise(self.interact(self.reduce(x)))
        return F.relu(self.expand(inner) + self.shortcut(x))


class CSN(StagedNetwork):
    """ir-CSN or ip-CSN on clips [N, 3, T, H, W], normalised as its checkpoint says.

    Ends in 2048 * width features with T' = T/8, H' = H/32, W' = W/32, each rounded up.
    `width` multiplies the channels of every layer. With `joined` above 1 the outputs of that many
    last blocks are the features, the last one's first.
    """

    def __init__(
        self,
        kind: Kind,
        depth: int,
        classes: int,
        *,
        width: float = 1.0,
        joined: int = 1,
        dropout: float = 0.5,
    ) -> None:
        base = max(1, round(64 * width))
        trunk: OrderedDict[str, nn.Module] = OrderedDict()
        trunk["stem"] = ConvUnit(3, base, (3, 7, 7), stride=(1, 2, 2))
        trunk["pool"] = nn.MaxPool3d((1, 3, 3), stride=(1, 2, 2), padding=(0, 1, 1))
        in_channels = base
        stages: list[nn.Sequential] = []
        for number, blocks in enumerate(BLOCKS[depth]):
            stride: Triple = (2, 2, 2) if number else POINT
            channels = base << number
            stages.append(_stage(in_channels, channels, blocks, stride, kind))
            in_channels = channels * EXPANSION
        *early, last = stages
        trunk.update({f"stage{number}": stage for number, stage in enumerate(early, start=1)})
        head = nn.Linear(in_channels * joined, classes)
        stage = JoinedStage(OrderedDict(last.named_children()), joined=joined)
        super().__init__(nn.Sequential(trunk), stage, head, dropout=dropout)
        _initialise(self)


def _stage(
    in_channels: int, channels: int, blocks: int, stride: Triple, kind: Kind
) -> nn.Sequential:
    """Blocks of one width; the first one carries the stride."""
    rest = (Block(channels * EXPANSION, channels, POINT, kind) for _ in range(blocks - 1))
    return nn.Sequential(Block(in_channels, channels, stride, kind), *rest)


def _initialise(network: nn.Module) -> None:
    """For training from scratch: He et al., ICCV 2015, eq. 10, over the fan-out."""
    for module in network.modules():
        if isinstance(module, nn.Conv3d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.01)
            nn.init.zeros_(module.bias)
