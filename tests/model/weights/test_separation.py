"""The channel separation: exact at full rank, the best of its rank below."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from model.network.i3d import I3D, SeparatedUnit
from model.network.layers import ConvUnit
from model.weights.separation import separate, separate_network


def product(depthwise: Tensor, pointwise: Tensor, like: Tensor) -> Tensor:
    """The dense kernel that a depthwise and a pointwise convolution amount to."""
    out_channels, in_channels = like.shape[:2]
    filters = len(depthwise) // in_channels
    left = pointwise.reshape(out_channels, in_channels, filters)
    right = depthwise.reshape(in_channels, filters, -1)
    return torch.einsum("oif,ifk->oik", left, right).reshape(like.shape)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 30), st.integers(0, 9))
def test_keeps_what_its_rank_can_keep(out: int, into: int, filters: int, seed: int) -> None:
    weight = torch.randn(out, into, 3, 3, 3, generator=torch.Generator().manual_seed(seed))
    depthwise, pointwise = separate(weight, filters)
    assert depthwise.shape == (into * filters, 1, 3, 3, 3)
    assert pointwise.shape == (out, into * filters, 1, 1, 1)
    error = product(depthwise, pointwise, weight) - weight
    values = torch.linalg.svdvals(weight.transpose(0, 1).reshape(into, out, 27))
    left_over = values[:, filters:].square().sum()
    torch.testing.assert_close(error.square().sum(), left_over, rtol=1e-3, atol=1e-6)


def test_a_separated_unit_computes_what_the_dense_one_did() -> None:
    torch.manual_seed(0)
    dense = nn.Sequential(ConvUnit(5, 40, (3, 3, 3))).eval()
    separated = nn.Sequential(SeparatedUnit(5, 40, 27)).eval()
    separated.load_state_dict(separate_network(dense.state_dict(), 27))
    clip = torch.randn(1, 5, 6, 7, 8)
    torch.testing.assert_close(separated(clip), dense(clip), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("filters", [1, 8])
def test_a_separated_network_takes_the_separated_state(filters: int) -> None:
    dense, separated = I3D(3), I3D(3, filters=filters)
    state = separate_network(dense.state_dict(), filters)
    separated.load_state_dict(state)
    stem = "trunk.stem.conv.weight"
    assert torch.equal(state[stem], dense.state_dict()[stem])
