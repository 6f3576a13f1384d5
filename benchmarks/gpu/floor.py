"""The least time that a network can take on a card: its bytes and its operations, counted.

Every layer reads its input and its weights once and writes its output once, 16 bits each, at the
speed at which the card copies; and does its multiply-adds at the speed of a large matrix product.
A fused sum reads its second input. The larger of the two, layer by layer, is the floor.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import triton.testing
from torch import Tensor, nn

from model.network.csn import CSN, Block
from model.network.layers import ConvUnit

BYTES = 2
SIDE = 8192
COPIED = 1 << 29  # numbers


@dataclass(frozen=True, slots=True)
class Card:
    """Bytes and operations in a second, as measured here."""

    bytes_s: float
    operations_s: float


def measure_card() -> Card:
    """A large copy (what is read and what is written) and a large product in 16 bits."""
    source = torch.randn(COPIED, device="cuda", dtype=torch.float16)
    target = torch.empty_like(source)
    copy_s = _seconds(lambda: target.copy_(source))
    square = torch.randn(SIDE, SIDE, device="cuda", dtype=torch.float16)
    product_s = _seconds(lambda: square @ square)
    return Card(2 * BYTES * COPIED / copy_s, 2 * SIDE**3 / product_s)


def floor_s(network: CSN, clips: Tensor, card: Card) -> float:
    """Seconds for normalised `clips` [N, 3, T, H, W], by running `network` once and counting."""
    total = 0.0

    def count(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        moved = inputs[0].numel() + output.numel()
        operations = 0
        if isinstance(layer, ConvUnit):
            weight = layer.conv.weight
            moved += weight.numel()
            operations = 2 * output.numel() * weight[0].numel()
        total += max(moved * BYTES / card.bytes_s, operations / card.operations_s)

    def add(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        del layer, inputs
        total += output.numel() * BYTES / card.bytes_s  # the second input of the sum

    counted = (ConvUnit, nn.MaxPool3d)
    hooks = [m.register_forward_hook(count) for m in network.modules() if isinstance(m, counted)]
    hooks += [m.register_forward_hook(add) for m in network.modules() if isinstance(m, Block)]
    with torch.inference_mode():
        network(clips)
    for hook in hooks:
        hook.remove()
    return total


def _seconds(work: object) -> float:
    milliseconds: float = triton.testing.do_bench(work, return_mode="median")
    return milliseconds / 1e3
