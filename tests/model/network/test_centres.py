"""Where feature cells look, against what the gradients say."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from model.network.csn import CSN
from model.network.i3d import I3D
from model.network.layers import SamePad
from model.network.staged import StagedNetwork


def evened(network: StagedNetwork) -> StagedNetwork:
    """The network with nothing that pulls to one side: equal weights, averages for maxima."""
    network = copy.deepcopy(network).eval().requires_grad_(False)
    for module in list(network.modules()):
        if isinstance(module, nn.Conv3d):
            nn.init.constant_(module.weight, 1.0 / module.weight[0].numel())
        elif isinstance(module, SamePad):
            module.value = 0.0
        for name, child in module.named_children():
            if isinstance(child, nn.MaxPool3d):
                pads_itself = child.stride == (1, 1, 1)  # and evenly, so it moves nothing
                average = nn.AvgPool3d(child.kernel_size, child.stride, child.padding)
                setattr(module, name, nn.Identity() if pads_itself else average)
    return network


def centroid(network: StagedNetwork, clips: Tensor, cell: int, axis: int) -> float:
    """Middle of the gradient of one feature cell along an axis of the input."""
    clips.requires_grad_()
    (gradient,) = torch.autograd.grad(network.features(clips).select(axis, cell).sum(), clips)
    mass = gradient.movedim(axis, 0).flatten(1).sum(1)
    return float((mass * torch.arange(len(mass))).sum() / mass.sum())


@pytest.mark.parametrize("axis", [2, 3])
@pytest.mark.parametrize(
    "network", [I3D(2, filters=1), CSN("ir", 26, 2, width=0.125), CSN("ip", 26, 2, width=0.125)]
)
def test_gradients_are_centred_where_the_arithmetic_says(network: StagedNetwork, axis: int) -> None:
    torch.manual_seed(0)
    size, cell = ((80, 32, 32), 5) if axis == 2 else ((8, 320, 32), 5)
    first, step = network.centres(size)[axis - 2]
    found = centroid(evened(network), torch.rand(1, 3, *size), cell, axis)
    assert found == pytest.approx(first + step * cell, abs=0.02 * step)


def test_uneven_padding_moves_the_cells_and_even_padding_does_not() -> None:
    i3d, csn = I3D(2, filters=1), CSN("ir", 26, 2, width=0.125)
    assert [axis.first for axis in csn.centres((32, 224, 224))] == [0, 0, 0]
    assert [axis.first for axis in i3d.centres((32, 176, 176))] == [5, 23, 23]
    assert [axis.first for axis in i3d.centres((32, 200, 200))] == [5, 15, 15]
    assert [axis.step for axis in i3d.centres((32, 176, 176))] == [8, 32, 32]
