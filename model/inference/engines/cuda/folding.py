"""A network as the kernels compute it: batch norm folded in, channels last, 16 bits.

In evaluation a batch norm is a factor and a summand per channel, so it becomes part of the
convolution before it (Jacob et al., CVPR 2018, eq. 14). Sums and ReLU move into the kernels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model.kernels.choosing import Kernels, Stem
from model.network.atrous import OpenedNetwork
from model.network.csn import Block
from model.network.i3d import InceptionBlock
from model.network.layers import ConvUnit, SamePad, Triple
from model.network.separated import SeparatedUnit, SplitStem
from model.network.staged import JoinedStage, StagedNetwork
from model.weights.spec import Normalisation

Layer = Callable[[Tensor], Tensor]
"""Activations [N, T, H, W, C] to activations."""

EIGHT = 8
STEM = ((3, 7, 7), (1, 2, 2))  # kernel and stride of a CSN's first layer


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how precisely a folded network computes."""

    device: torch.device
    dtype: torch.dtype
    kernels: Kernels

    def weights(self, tensor: Tensor) -> Tensor:
        """On the device, in the network's precision."""
        return tensor.detach().to(self.device, self.dtype).contiguous()

    def biases(self, tensor: Tensor) -> Tensor:
        """On the device, in float32."""
        return tensor.detach().to(self.device, torch.float32).contiguous()


class FoldedNetwork:
    """Logits and features of clips [N, T, H, W, 3]: bytes, or numbers that are normalised already.

    Bytes are normalised here; `normalisation` is what the network was made for.
    """

    def __init__(
        self,
        network: StagedNetwork | OpenedNetwork,
        place: Place,
        normalisation: Normalisation,
    ) -> None:
        self._place = place
        self._every = network.factor if isinstance(network, OpenedNetwork) else 1
        self._mean = place.biases(torch.tensor(normalisation.mean))
        self._scale = place.biases(1 / torch.tensor(normalisation.std))
        first, *rest = network.layers
        self._first = _first(first, place)
        self._rest = _in_turn([fold(layer, place) for layer in rest])
        self._head_weight = place.biases(network.head.weight)
        self._head_bias = place.biases(network.head.bias)

    def __call__(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """(logits float32 [N, classes], features float32 [N, C, T', H', W'])."""
        bytes_ = clips.dtype == torch.uint8
        mean = self._mean if bytes_ else torch.zeros_like(self._mean)
        scale = self._scale if bytes_ else torch.ones_like(self._scale)
        features = self._rest(self._first(clips, mean, scale)).float()
        average = features[:, :: self._every].mean(dim=(1, 2, 3))
        logits = F.linear(average, self._head_weight, self._head_bias)
        return logits, features.permute(0, 4, 1, 2, 3).contiguous()


def _first(layer: nn.Module, place: Place) -> Stem:
    """The first layer together with the normalisation."""
    if isinstance(layer, ConvUnit) and (layer.conv.kernel_size, layer.conv.stride) == STEM:
        weight, bias = folded_weights(layer.conv, layer.bn)
        return place.kernels.stem(place.weights(weight), place.biases(bias))
    folded = fold(layer, place)

    def first(clips: Tensor, mean: Tensor, scale: Tensor) -> Tensor:
        return folded(((clips.float() - mean) * scale).to(place.dtype))

    return first


def fold(layer: nn.Module, place: Place) -> Layer:
    """One layer, or a row of them, of the networks here. Raises `TypeError` for an unknown one."""
    match layer:
        case ConvUnit():
            return _unit(layer, place)
        case Block():
            return _block(layer, place)
        case InceptionBlock():
            return _inception(layer, place)
        case SeparatedUnit():
            return _separated(layer, place)
        case SplitStem():
            return _split_stem(layer, place)
        case nn.MaxPool3d():
            return _pool(layer, place)
        case SamePad():
            return partial(_padded, layer)
        case JoinedStage():
            return _joined([fold(inner, place) for inner in layer], layer.joined)
        case nn.Sequential():
            return _in_turn([fold(inner, place) for inner in layer])
        case nn.Identity():
            return _same
    raise TypeError(f"a layer {type(layer).__name__} cannot be folded")


def folded_weights(conv: nn.Conv3d, norm: nn.BatchNorm3d) -> tuple[Tensor, Tensor]:
    """Weight and bias of the one convolution that computes both, float64."""
    variance, mean = norm.running_var, norm.running_mean
    if variance is None or mean is None:
        raise TypeError("a batch norm without running statistics cannot be folded")
    factor = norm.weight.detach().double() / (variance.double() + norm.eps).sqrt()
    weight = conv.weight.detach().double() * factor.view(-1, 1, 1, 1, 1)
    return weight, norm.bias.detach().double() - mean.double() * factor


def _unit(unit: ConvUnit, place: Place) -> Layer:
    weight, bias = folded_weights(unit.conv, unit.bn)
    return _convolution(unit.conv, weight, bias, place, relu=unit.activate)


def _convolution(
    conv: nn.Conv3d, weight: Tensor, bias: Tensor, place: Place, *, relu: bool
) -> Layer:
    """`conv` with another weight and a bias, by the kernel that is made for its kind."""
    kernels, stride = place.kernels, conv.stride
    if conv.kernel_size == (1, 1, 1) and conv.groups == 1:
        return partial(
            kernels.pointwise,
            weight=place.weights(weight.flatten(1).t()),
            bias=place.biases(bias),
            stride=stride,
            relu=relu,
        )
    if conv.kernel_size == (3, 3, 3) and conv.groups == conv.in_channels:
        return partial(
            kernels.depthwise,
            weight=place.biases(weight.flatten(1).t()),
            bias=place.biases(bias),
            stride=stride,
            dilation=conv.dilation[0],
            relu=relu,
        )
    return _library(conv, place.weights(weight), place.weights(bias), relu=relu)


def _library(conv: nn.Conv3d, weight: Tensor, bias: Tensor, *, relu: bool) -> Layer:
    """Everything else, as PyTorch's own library computes it.

    Its fast ways need eight channels; of three colours it would take the slowest of all.
    """
    lacking = -conv.in_channels % EIGHT if conv.groups == 1 else 0
    filled = F.pad(weight, (0, 0, 0, 0, 0, 0, 0, lacking))
    filled = filled.contiguous(memory_format=torch.channels_last_3d)

    def layer(x: Tensor) -> Tensor:
        y = F.conv3d(
            F.pad(x, (0, lacking)).permute(0, 4, 1, 2, 3),
            filled,
            bias,
            conv.stride,
            conv.padding,
            conv.dilation,
            conv.groups,
        )
        y = F.relu_(y) if relu else y
        return y.permute(0, 2, 3, 4, 1).contiguous()

    return layer


def _block(block: Block, place: Place) -> Layer:
    """The sum with the input happens inside the last convolution."""
    inner = _in_turn([fold(part, place) for part in (block.reduce, block.interact)])
    depthwise, shortcut = fold(block.depthwise, place), fold(block.shortcut, place)
    weight, bias = folded_weights(block.expand.conv, block.expand.bn)
    weight, bias = place.weights(weight.flatten(1).t()), place.biases(bias)

    def layer(x: Tensor) -> Tensor:
        return place.kernels.pointwise(depthwise(inner(x)), weight, bias, added=shortcut(x))

    return layer


def _inception(block: InceptionBlock, place: Place) -> Layer:
    first = _in_turn([fold(block.narrow_first, place), fold(block.first, place)])
    second = _in_turn([fold(block.narrow_second, place), fold(block.second, place)])
    pooled = _in_turn([fold(block.pool, place), fold(block.pooled, place)])
    branches = (fold(block.point, place), first, second, pooled)

    def layer(x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in branches], dim=4)

    return layer


def _separated(unit: SeparatedUnit, place: Place) -> Layer:
    """Batch norm follows the second convolution only."""
    none = torch.zeros(unit.depthwise.out_channels)
    weight, bias = folded_weights(unit.pointwise, unit.bn)
    return _in_turn(
        [
            _convolution(unit.depthwise, unit.depthwise.weight, none, place, relu=False),
            _convolution(unit.pointwise, weight, bias, place, relu=True),
        ]
    )


def _split_stem(stem: SplitStem, place: Place) -> Layer:
    none = torch.zeros(stem.space.out_channels)
    weight, bias = folded_weights(stem.time, stem.bn)
    return _in_turn(
        [
            _convolution(stem.space, stem.space.weight, none, place, relu=False),
            _convolution(stem.time, weight, bias, place, relu=True),
        ]
    )


def _pool(pool: nn.MaxPool3d, place: Place) -> Layer:
    return partial(
        place.kernels.max_pool,
        kernel=_triple(pool.kernel_size),
        stride=_triple(pool.stride),
        padding=_triple(pool.padding),
        dilation=_triple(pool.dilation)[0],
    )


def _padded(pad: SamePad, x: Tensor) -> Tensor:
    added = [0, 0]  # none along the channels, which are the last axis here
    for axis in (2, 1, 0):
        size = x.shape[axis + 1]
        added += [pad.before(axis, size), pad.after(axis, size)]
    return F.pad(x, added, value=pad.value)


def _joined(layers: Sequence[Layer], joined: int) -> Layer:
    def layer(x: Tensor) -> Tensor:
        outputs: list[Tensor] = []
        for inner in layers:
            x = inner(x)
            outputs.append(x)
        return torch.cat(outputs[: -joined - 1 : -1], dim=4) if joined > 1 else x

    return layer


def _in_turn(layers: Sequence[Layer]) -> Layer:
    def layer(x: Tensor) -> Tensor:
        for inner in layers:
            x = inner(x)
        return x

    return layer


def _same(x: Tensor) -> Tensor:
    return x


def _triple(value: Any) -> Triple:
    """PyTorch keeps one number where all three are equal."""
    return (value, value, value) if isinstance(value, int) else tuple(value)
