"""The CSN family: sizes, layer arithmetic, and what others may do with its features."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from model.network.csn import BLOCKS, CSN, Kind
from model.network.layers import EPS


def build(kind: Kind, depth: int, classes: int = 400, width: float = 1.0) -> CSN:
    with torch.device("meta"):
        return CSN(kind, depth, classes, width=width)


def weights(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize(
    ("kind", "depth", "millions"),
    [("ir", 50, 13.131152), ("ir", 101, 22.213776), ("ir", 152, 29.703568),
     ("ip", 50, 14.396176), ("ip", 152, 33.016592)],
)  # fmt: skip
def test_sizes_are_the_published_ones(kind: Kind, depth: int, millions: float) -> None:
    assert weights(build(kind, depth)) == round(millions * 1e6)


@pytest.mark.parametrize("kind", ["ir", "ip"])
@pytest.mark.parametrize("depth", BLOCKS)
@pytest.mark.parametrize(("classes", "width"), [(400, 1.0), (3, 0.25), (1, 1.5)])
def test_any_depth_width_and_number_of_classes(
    kind: Kind, depth: int, classes: int, width: float
) -> None:
    network = build(kind, depth, classes, width)
    logits, features = network(torch.empty(2, 3, 32, 224, 224, device="meta"))
    assert logits.shape == (2, classes)
    assert features.shape == (2, 2048 * width, 4, 7, 7)


@pytest.mark.parametrize("kind", ["ir", "ip"])
def test_after_the_stem_channels_meet_only_in_points(kind: Kind) -> None:
    network = build(kind, 26)
    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv3d)]
    for convolution in convolutions[1:]:
        depthwise = convolution.groups == convolution.in_channels == convolution.out_channels
        assert depthwise or convolution.kernel_size == (1, 1, 1)
    per_block = {"ir": 3, "ip": 4}[kind]
    assert len(convolutions) == 1 + 8 * per_block + 4


def test_batch_norms_use_the_family_s_epsilon() -> None:
    norms = [m for m in build("ip", 26).modules() if isinstance(m, nn.BatchNorm3d)]
    assert {norm.eps for norm in norms} == {EPS} == {1e-3}


def test_features_carry_the_logits_for_every_class() -> None:
    torch.manual_seed(0)
    network = CSN("ir", 26, 5, width=0.125).eval()
    with torch.inference_mode():
        logits, features = network(torch.randn(2, 3, 16, 64, 64))
        maps = torch.einsum("kc,ncthw->nkthw", network.head.weight, features)
    torch.testing.assert_close(maps.mean((2, 3, 4)) + network.head.bias, logits)


def test_kept_features_do_not_change_and_gradients_reach_them() -> None:
    torch.manual_seed(0)
    network = CSN("ir", 26, 5, width=0.125).eval().requires_grad_(False)
    seen: list[torch.Tensor] = []
    hooks = [
        block.register_forward_hook(lambda _m, _i, out: seen.append(out.clone()))
        for block in network.last_stage
    ]
    outputs: list[torch.Tensor] = []
    hooks += [
        block.register_forward_hook(lambda _m, _i, out: outputs.append(out))
        for block in network.last_stage
    ]
    logits, features = network(torch.randn(1, 3, 16, 64, 64).requires_grad_())
    assert all(torch.equal(kept, out) for kept, out in zip(seen, outputs, strict=True))
    (gradient,) = torch.autograd.grad(logits[0, 2], features, retain_graph=True)
    cells = features[0, 0].numel()
    torch.testing.assert_close(
        gradient[0].mean((1, 2, 3)) * cells, network.head.weight[2], rtol=1e-4, atol=1e-7
    )
    assert all(parameter.grad is None for parameter in network.parameters())
    for hook in hooks:
        hook.remove()


def test_dropout_is_for_training_only() -> None:
    torch.manual_seed(0)
    network = CSN("ir", 26, 5, width=0.125)
    features = torch.rand(1, 256, 2, 2, 2)
    assert torch.equal(network.eval().classify(features), network.classify(features))
    network.train()
    assert not torch.equal(network.classify(features), network.classify(features))
