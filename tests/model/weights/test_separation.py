"""The channel separation: exact at full rank, the best of its rank below."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from model.network.i3d import I3D
from model.network.layers import ConvUnit
from model.network.separated import SeparatedUnit
from model.weights.separation import (
    root,
    separate,
    separate_network,
    split_stem,
)


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


def seen_variance(of: Tensor, covariances: Tensor) -> Tensor:
    """The variance of what a kernel [out, in, 3, 3, 3] gives, summed over channels as if alone."""
    each = of.double().transpose(0, 1).flatten(2)
    return torch.einsum("iok,ikl,iol->", each, covariances, each)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 6), st.integers(0, 9))
def test_covariances_make_it_the_best_for_what_is_seen(filters: int, seed: int) -> None:
    chance = torch.Generator().manual_seed(seed)
    weight = torch.randn(12, 4, 3, 3, 3, generator=chance)
    spread = torch.randn(4, 27, 27, generator=chance, dtype=torch.double)
    spread *= torch.logspace(0, -3, 27, dtype=torch.double)
    covariances = spread @ spread.transpose(1, 2)
    lost = {}
    for name, known in (("with", covariances), ("without", None)):
        error = product(*separate(weight, filters, known), weight) - weight
        lost[name] = seen_variance(error, covariances)
    matrices = weight.double().transpose(0, 1).flatten(2) @ root(covariances)
    least = torch.linalg.svdvals(matrices)[:, filters:].square().sum()
    torch.testing.assert_close(lost["with"], least, rtol=1e-2, atol=1e-6)
    assert lost["with"] < lost["without"]


def stem_product(space: Tensor, time: Tensor) -> Tensor:
    return torch.einsum("oft,fcyx->octyx", time[..., 0, 0], space[:, :, 0])


def test_a_stem_in_two_steps_computes_what_the_whole_one_did() -> None:
    chance = torch.Generator().manual_seed(0)
    weight = torch.randn(8, 3, 7, 7, 7, generator=chance)
    space, time = split_stem(weight, 56)  # 8 outputs of 7 steps: more than that need none
    torch.testing.assert_close(stem_product(space, time), weight, rtol=1e-3, atol=1e-4)
    dense, split = I3D(3).eval(), I3D(3, filters=27, stem=56).eval()
    state = dense.state_dict()
    state["trunk.stem.conv.weight"][8:] = 0  # of rank 56 then
    dense.load_state_dict(state)
    split.load_state_dict(separate_network(state, 27, stem=56))
    clip = torch.rand(1, 3, 8, 32, 32, generator=chance)
    torch.testing.assert_close(split(clip)[0], dense(clip)[0], rtol=1e-4, atol=1e-4)


def test_a_stem_keeps_what_is_seen() -> None:
    """Smooth pictures: with their covariance a few steps in space lose far less of the output."""
    chance = torch.Generator().manual_seed(1)
    weight = torch.randn(6, 3, 7, 7, 7, generator=chance)
    films = torch.randn(400, 3, 5, 5, 5, generator=chance)
    smooth = nn.functional.interpolate(films, scale_factor=3.0, mode="trilinear")[..., 4:11, 4:11]
    patches = smooth[:, :, 4:11].flatten(1).double()
    covariance = patches.T @ patches / len(patches)
    lost = {}
    for name, known in (("with", covariance), ("without", None)):
        error = (stem_product(*split_stem(weight, 8, known)) - weight).double().flatten(1)
        lost[name] = float(((error @ covariance) * error).sum())
    assert lost["with"] < 0.5 * lost["without"]
