"""Finer steps in time from the same weights: temporal strides opened, later kernels dilated.

The dense evaluation of a strided network (Giusti et al., ICIP 2013; Chen et al., DeepLab, 2015,
section 3.1), along time only. At the steps that the network had before, nothing changes.
"""

from __future__ import annotations

import copy
from itertools import chain
from typing import Any

from torch import Tensor, nn

from model.network.layers import SamePad, Triple
from model.network.staged import StagedNetwork
from model.network.video_network import Axis

Strided = nn.Conv3d | nn.MaxPool3d


class OpenedNetwork(nn.Module):
    """A network with its last temporal strides opened; it shares the weights of `network`.

    `__call__` gives the same logits, and features with `factor` times as many steps:
    `features[:, :, ::factor]` are the features of `network`, and only they add up to the logits.
    """

    def __init__(self, network: StagedNetwork, *, strides: int = 1) -> None:
        super().__init__()
        layers = network.layers
        strided = [index for index, layer in enumerate(layers) if _strides_in_time(layer)]
        if not 1 <= strides <= len(strided):
            raise ValueError(f"strides must be 1 to {len(strided)}")
        first = strided[-strides]
        # A padding belongs to the pool that follows it.
        first -= first > 0 and isinstance(layers[first - 1], SamePad)
        self.network = network
        self.factor = 2**strides
        self._same = first
        self.opened = open_in_time(nn.Sequential(*layers[first:]))

    @property
    def head(self) -> nn.Linear:
        """The classifier of the network."""
        return self.network.head

    @property
    def layers(self) -> list[nn.Module]:
        """Everything before the average, in the order in which it computes."""
        return [*self.network.layers[: self._same], *self.opened.children()]

    def features(self, clips: Tensor) -> Tensor:
        """Last-stage features [N, C, factor * T', H', W'] of clips [N, 3, T, H, W]."""
        for layer in self.layers:
            clips = layer(clips)
        return clips

    def centres(self, size: tuple[int, int, int]) -> tuple[Axis, Axis, Axis]:
        """Receptive-field centres of the features along (T, H, W) for clips of that size."""
        time, height, width = self.network.centres(size)
        return Axis(time.first, time.step / self.factor), height, width

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """(logits [N, classes], features [N, C, factor * T', H', W'])."""
        features = self.features(clips)
        return self.network.classify(features[:, :, :: self.factor]), features


def open_in_time(stage: nn.Module) -> nn.Module:
    """A copy of `stage` that shares its weights, has no temporal stride and steps as finely as
    its input; at every step that `stage` has, it computes the same.

    The layers of `stage` must be registered in the order in which they compute.
    """
    shared = {id(tensor): tensor for tensor in chain(stage.parameters(), stage.buffers())}
    opened = copy.deepcopy(stage, shared)
    dilation = 1
    for layer in opened.modules():
        if isinstance(layer, SamePad):
            layer.dilation, layer.opened = dilation, layer.stride[0] > 1
        elif isinstance(layer, Strided):
            kernel, stride = _triple(layer.kernel_size)[0], _triple(layer.stride)[0]
            layer.padding = _with_time(layer.padding, _triple(layer.padding)[0] * dilation)
            layer.dilation = _with_time(layer.dilation, dilation)
            layer.stride = _with_time(layer.stride, 1)
            # The shortcut's 1x1x1 has the same stride beside the main path, not after it.
            dilation *= stride if kernel > 1 else 1
    return opened


def _strides_in_time(layer: nn.Module) -> bool:
    return any(
        _triple(inner.stride)[0] > 1 for inner in layer.modules() if isinstance(inner, Strided)
    )


def _triple(value: Any) -> Triple:
    """PyTorch keeps one number where all three are equal."""
    return (value, value, value) if isinstance(value, int) else (value[0], value[1], value[2])


def _with_time(value: Any, time: int) -> Triple:
    _, height, width = _triple(value)
    return time, height, width
