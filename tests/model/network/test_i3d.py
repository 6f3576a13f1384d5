"""The Inception networks: TensorFlow's padding, sizes, and channel separation."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from model.network.i3d import I3D
from model.network.layers import CubePool, SamePad


def weights(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize(("filters", "millions"), [(0, 12.7), (8, 6.03), (6, 5.21), (3, 3.98)])
def test_sizes(filters: int, millions: float) -> None:
    with torch.device("meta"):
        network = I3D(400, filters=filters)
    assert weights(network) / 1e6 == pytest.approx(millions, abs=0.01)
    logits, features = network(torch.empty(1, 3, 32, 176, 176, device="meta"))
    assert logits.shape == (1, 400)
    assert features.shape == (1, 1024, 4, 6, 6)


def test_the_separated_network_is_channel_separated() -> None:
    with torch.device("meta"):
        convolutions = [m for m in I3D(4, filters=8).modules() if isinstance(m, nn.Conv3d)]
    for convolution in convolutions[1:]:
        depthwise = convolution.groups == convolution.in_channels
        assert depthwise or convolution.kernel_size == (1, 1, 1)


@given(st.integers(1, 300), st.sampled_from([(1, 1), (2, 2), (3, 1), (3, 2), (5, 1), (7, 2)]))
def test_padding_is_tensorflow_s(size: int, layer: tuple[int, int]) -> None:
    kernel, stride = layer
    pad = SamePad((1, kernel, kernel), (1, stride, stride))
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    assert pad.before(1, size) == total // 2
    assert pad.after(1, size) == total - total // 2


def test_padding_before_a_pool_never_wins() -> None:
    padded = SamePad((1, 3, 3), (1, 2, 2), -math.inf)(torch.full((1, 1, 1, 4, 4), -5.0))
    assert nn.functional.max_pool3d(padded, (1, 3, 3), (1, 2, 2)).unique().tolist() == [-5]


@pytest.mark.parametrize("dilation", [1, 2, 4])
def test_dilated_pool_is_the_largest_of_its_neighbours(dilation: int) -> None:
    torch.manual_seed(0)
    clip = torch.randn(1, 2, 9, 5, 6)
    pool = CubePool()
    pool.dilation = (dilation, 1, 1)
    pooled = pool(clip)
    for t, y, x in [(0, 0, 0), (4, 2, 3), (8, 4, 5), (5, 0, 2)]:
        times = [t + offset for offset in (-dilation, 0, dilation) if 0 <= t + offset < 9]
        near = clip[0, :, times, max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2]
        assert torch.equal(pooled[0, :, t, y, x], near.amax((1, 2, 3)))


def test_features_carry_the_logits_for_every_class() -> None:
    torch.manual_seed(0)
    network = I3D(5, filters=1).eval()
    with torch.inference_mode():
        logits, features = network(torch.randn(2, 3, 16, 48, 64))
        maps = torch.einsum("kc,ncthw->nkthw", network.head.weight, features)
    torch.testing.assert_close(maps.mean((2, 3, 4)) + network.head.bias, logits)
