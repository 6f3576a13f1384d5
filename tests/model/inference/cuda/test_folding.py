"""A folded network computes what the network does, layer kinds of both families included."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from model.inference.engines.cuda.folding import FoldedNetwork, Place, fold, folded_weights
from model.kernels.choosing import plain_kernels
from model.network.atrous import OpenedNetwork
from model.network.csn import CSN
from model.network.staged import StagedNetwork
from model.weights.catalogue import default_path
from model.weights.checkpoint import load
from model.weights.spec import Normalisation
from tests.model.inference.tiny import tiny_network

PLACE = Place(torch.device("cpu"), torch.float32, plain_kernels())
SCALE = Normalisation((120.0, 110.0, 100.0), (55.0, 60.0, 58.0))


Made = Callable[[], StagedNetwork | OpenedNetwork]


def preserved() -> StagedNetwork:
    torch.manual_seed(1)
    network = CSN("ip", 26, 5, width=1 / 16, joined=2)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            module.running_mean = torch.randn(module.num_features) / 5
            module.running_var = torch.rand(module.num_features) + 0.5
    return network.eval().requires_grad_(False)


def default() -> StagedNetwork:
    return load(default_path()).network


NETWORKS: dict[str, tuple[Made, tuple[int, int, int]]] = {
    "interaction reduced": (tiny_network, (16, 32, 32)),
    "interaction preserved, odd sizes": (preserved, (9, 35, 39)),
    "steps twice as fine": (lambda: OpenedNetwork(tiny_network(), strides=1), (16, 32, 32)),
    "steps four times as fine": (lambda: OpenedNetwork(tiny_network(), strides=2), (16, 32, 32)),
    "separated I3D": (default, (16, 64, 64)),
    "separated I3D, finer": (lambda: OpenedNetwork(default(), strides=1), (16, 64, 64)),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_it_computes_what_the_network_does(name: str) -> None:
    made, size = NETWORKS[name]
    network = made()
    generator = torch.Generator().manual_seed(0)
    clips = torch.randint(0, 256, (2, *size, 3), generator=generator, dtype=torch.uint8)
    normal = (clips.float() - torch.tensor(SCALE.mean)) / torch.tensor(SCALE.std)
    with torch.inference_mode():
        logits, features = network(normal.permute(0, 4, 1, 2, 3))
        folded = FoldedNetwork(network, PLACE, SCALE)
        for same in (clips, normal):
            found = folded(same)
            assert distance(found[0], logits) < 1e-5
            assert distance(found[1], features) < 1e-5


def test_a_batch_norm_becomes_part_of_its_convolution() -> None:
    unit = preserved().trunk[0]
    assert isinstance(unit.conv, nn.Conv3d)
    assert isinstance(unit.bn, nn.BatchNorm3d)
    clips = torch.randn(1, 3, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    weight, bias = folded_weights(unit.conv, unit.bn)
    one = copy.deepcopy(unit.conv).double()
    one.weight, one.bias = nn.Parameter(weight), nn.Parameter(bias)
    exact = unit.bn(unit.conv(clips))
    assert distance(one(clips.double()).detach().float(), exact) < 1e-6


def test_a_layer_that_nobody_knows_is_refused() -> None:
    with pytest.raises(TypeError, match="Softmax cannot be folded"):
        fold(nn.Softmax(dim=1), PLACE)


def test_a_batch_norm_without_statistics_is_refused() -> None:
    with pytest.raises(TypeError, match="running statistics"):
        folded_weights(nn.Conv3d(3, 3, 1), nn.BatchNorm3d(3, track_running_stats=False))


def distance(found: Tensor, exact: Tensor) -> float:
    assert found.shape == exact.shape
    return float((found - exact).norm() / exact.norm())
