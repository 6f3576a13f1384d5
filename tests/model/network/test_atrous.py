"""Finer steps in time: the same values at the old steps, from the same weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from model.network.atrous import OpenedNetwork, open_in_time
from model.network.csn import CSN
from model.network.i3d import I3D
from model.network.staged import StagedNetwork

NETWORKS: dict[str, Callable[[], StagedNetwork]] = {
    "ir": lambda: CSN("ir", 26, 5, width=0.125),
    "ip": lambda: CSN("ip", 26, 5, width=0.125),
    "separated": lambda: I3D(5, filters=1),
    "dense": lambda: I3D(5),
}


def lively(name: str) -> StagedNetwork:
    """A network whose batch norms do something."""
    torch.manual_seed(0)
    network = NETWORKS[name]()
    for norm in network.modules():
        if isinstance(norm, nn.BatchNorm3d):
            assert norm.running_mean is not None
            assert norm.running_var is not None
            nn.init.normal_(norm.bias, std=0.1)
            nn.init.uniform_(norm.weight, 0.5, 1.0)
            nn.init.normal_(norm.running_mean, std=0.1)
            nn.init.uniform_(norm.running_var, 0.5, 1.5)
    return network.eval().requires_grad_(False)


def difference(found: Tensor, wanted: Tensor) -> float:
    assert found.shape == wanted.shape
    return float((found - wanted).norm() / wanted.norm())


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(("strides", "frames"), [(1, 32), (1, 31), (1, 17), (2, 30), (3, 16)])
def test_old_steps_and_logits_stay_the_same(name: str, strides: int, frames: int) -> None:
    network = lively(name)
    opened = OpenedNetwork(network, strides=strides)
    clips = torch.randn(1, 3, frames, 32, 48)
    logits, features = network(clips)
    fine_logits, fine = opened(clips)
    assert fine.shape[2] > features.shape[2]
    assert difference(fine[:, :, :: opened.factor], features) < 1e-5
    torch.testing.assert_close(fine_logits, logits)


@pytest.mark.parametrize("name", NETWORKS)
def test_without_dilation_the_old_steps_would_change(name: str) -> None:
    network = lively(name)
    opened = OpenedNetwork(network)
    kinds = (nn.Conv3d, nn.MaxPool3d)
    layers: list[Any] = [m for m in opened.opened.modules() if isinstance(m, kinds)]
    for layer in layers:
        if layer.dilation[0] > 1:
            layer.dilation = (1, 1, 1)
            layer.padding = tuple(kernel // 2 for kernel in layer.kernel_size)
    clips = torch.randn(1, 3, 32, 32, 48)
    assert difference(opened.features(clips)[:, :, ::2], network.features(clips)) > 1e-3


@pytest.mark.parametrize("name", NETWORKS)
def test_new_steps_are_those_of_a_later_clip(name: str) -> None:
    """Far from the ends, an inserted step equals the old step of a clip that starts later."""
    network = lively(name)
    long = torch.randn(1, 3, 320, 16, 16)
    later = network.features(long[:, :, 4:])
    inserted = OpenedNetwork(network).features(long)[:, :, 1::2]
    middle = slice(18, 22)
    assert difference(inserted[:, :, middle], later[:, :, middle]) < 1e-4


@pytest.mark.parametrize("name", NETWORKS)
def test_weights_are_shared_and_the_network_is_left_as_it_was(name: str) -> None:
    network = lively(name)
    before = {k: v.clone() for k, v in network.state_dict().items()}
    clips = torch.randn(1, 3, 16, 32, 32)
    features = network.features(clips)
    opened = OpenedNetwork(network)
    own = {id(tensor) for tensor in [*network.parameters(), *network.buffers()]}
    assert {id(t) for t in [*opened.parameters(), *opened.buffers()]} == own
    assert opened.head is network.head
    assert torch.equal(network.features(clips), features)
    assert all(torch.equal(before[k], v) for k, v in network.state_dict().items())


def test_steps_lie_half_as_far_apart() -> None:
    network = lively("separated")
    time, height, width = OpenedNetwork(network).centres((32, 176, 176))
    assert (time.first, time.step) == (5, 4)
    assert (height, width) == network.centres((32, 176, 176))[1:]


@pytest.mark.parametrize("strides", [0, 5])
def test_only_strides_that_exist_can_be_opened(strides: int) -> None:
    with pytest.raises(ValueError, match="strides must be"):
        OpenedNetwork(lively("ir"), strides=strides)


def test_a_stage_without_stride_is_copied_as_it_is() -> None:
    stage = lively("ir").last_stage[1:]
    clips = torch.randn(1, 256, 4, 3, 3)
    assert torch.equal(open_in_time(stage)(clips), stage(clips))
