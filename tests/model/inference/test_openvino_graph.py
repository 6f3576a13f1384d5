"""Every network of the program as an OpenVINO graph: it gives PyTorch's answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from model.inference.engines.openvino_engine import load_openvino
from model.inference.engines.openvino_graph import build_graph
from model.learning.features import Trunk
from model.network.atrous import OpenedNetwork
from model.network.csn import CSN
from model.network.i3d import I3D
from tests.model.inference.tiny import TINY_SIZE

ODD_SIZE = (24, 65, 47)


def separated() -> I3D:
    return I3D(5, filters=2, stem=4, joined=3)


NETWORKS = {
    "reduced": lambda: CSN("ir", 26, 5, width=1 / 16),
    "preserved": lambda: CSN("ip", 50, 5, width=1 / 16, joined=2),
    "opened": lambda: OpenedNetwork(CSN("ir", 26, 5, width=1 / 16), strides=2),
    "dense": lambda: I3D(5),
    "separated": separated,
    "separated, opened": lambda: OpenedNetwork(separated(), strides=2),
    "trunk": lambda: Trunk(separated()),
}


def answers(graph: Any, clip: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    options = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
    compiled = load_openvino().Core().compile_model(graph, "CPU", options)
    return list(compiled([clip]).values())


def clip_of(size: tuple[int, int, int]) -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((1, 3, *size)).astype(np.float32)


@pytest.mark.parametrize("name", NETWORKS)
def test_it_computes_what_pytorch_computes(name: str) -> None:
    torch.manual_seed(0)
    network = NETWORKS[name]().eval()
    clip = clip_of(ODD_SIZE)
    found = answers(build_graph(network, ODD_SIZE, load_openvino()), clip)
    with torch.inference_mode():
        expected = network(torch.from_numpy(clip))
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-3, atol=1e-4)


class Unusual(nn.Module):
    """Something that no network here does."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        features = self.layer(clips)
        return features, features


@pytest.mark.parametrize(
    "layer",
    [nn.Sigmoid(), nn.MaxPool3d(2, ceil_mode=True), nn.ReflectionPad3d(1), nn.BatchNorm3d(3)],
    ids=["unknown", "rounding up", "reflecting", "learning"],
)
def test_what_it_cannot_translate_is_refused(layer: nn.Module) -> None:
    with pytest.raises(TypeError, match="OpenVINO graph"):
        build_graph(Unusual(layer).train(), TINY_SIZE, load_openvino())
