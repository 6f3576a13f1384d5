"""Runs the kernels in Triton's interpreter, on the processor, beside their plain twins.

Prints JSON: the relative error of each case. To be run with TRITON_INTERPRET=1, which Triton reads
when it is imported.
"""

from __future__ import annotations

import json
import sys

import torch
from torch import Tensor

from model.kernels import plain
from model.kernels.choosing import Kernels, largest_error, plain_kernels
from model.kernels.sizes import Triple
from model.kernels.triton_kernels import triton_kernels

# stride, dilation in time, filters a channel, channels, (T, H, W)
DEPTHWISE: tuple[tuple[Triple, int, int, int, Triple], ...] = (
    ((1, 1, 1), 1, 1, 8, (3, 5, 4)),
    ((2, 2, 2), 1, 1, 16, (4, 5, 4)),
    ((1, 2, 2), 2, 1, 8, (4, 4, 4)),
    ((1, 1, 1), 1, 3, 5, (2, 3, 5)),
    ((1, 1, 1), 2, 1, 8, (9, 3, 2)),
    ((1, 1, 1), 1, 1, 70, (1, 1, 1)),
)
# stride, channels in and out, whether something is added
POINTWISE: tuple[tuple[Triple, int, int, bool], ...] = (
    ((1, 1, 1), 24, 40, True),
    ((2, 2, 2), 64, 48, False),
    ((1, 2, 2), 100, 7, True),
    ((1, 1, 1), 130, 260, True),
)
# kernel, stride, padding, dilation in time
POOLS: tuple[tuple[Triple, Triple, Triple, int], ...] = (
    ((1, 3, 3), (1, 2, 2), (0, 1, 1), 1),
    ((3, 3, 3), (1, 1, 1), (1, 1, 1), 1),
    ((2, 2, 2), (2, 2, 2), (0, 0, 0), 1),
    ((3, 3, 3), (1, 1, 1), (2, 1, 1), 2),
)
# the last one cannot be packed and goes the plain way
STEMS: tuple[Triple, ...] = ((2, 6, 8), (1, 2, 4), (1, 6, 10))


def main() -> None:
    """Prints every error by the name of its case."""
    torch.manual_seed(0)
    kernels = triton_kernels()
    errors = depthwise(kernels) | pointwise(kernels) | pools(kernels) | stems(kernels)
    errors["self-check"] = largest_error(kernels, torch.device("cpu"))
    sys.stdout.write(json.dumps(errors))


def depthwise(kernels: Kernels) -> dict[str, float]:
    errors = {}
    for stride, dilation, filters, channels, size in DEPTHWISE:
        x = torch.randn(2, *size, channels)
        weight, bias = torch.randn(27, channels * filters), torch.randn(channels * filters)
        found, exact = (
            made(x, weight, bias, stride=stride, dilation=dilation)
            for made in (kernels.depthwise, plain.depthwise)
        )
        errors[f"depthwise {stride} {dilation} {filters}x{channels}"] = distance(found, exact)
    return errors


def pointwise(kernels: Kernels) -> dict[str, float]:
    errors = {}
    for stride, inner, outer, adds in POINTWISE:
        x, weight, bias = (
            torch.randn(2, 3, 5, 3, inner),
            torch.randn(inner, outer),
            torch.randn(outer),
        )
        exact = plain.pointwise(x, weight, bias, stride=stride, relu=False)
        added = torch.randn_like(exact) if adds else None
        exact = torch.relu(exact if added is None else exact + added)
        found = kernels.pointwise(x, weight, bias, stride=stride, added=added)
        errors[f"pointwise {stride} {inner} to {outer}"] = distance(found, exact)
    return errors


def pools(kernels: Kernels) -> dict[str, float]:
    errors = {}
    for kernel, stride, padding, dilation in POOLS:
        x = torch.randn(2, 4, 5, 5, 12)
        found, exact = (
            made(x, kernel, stride=stride, padding=padding, dilation=dilation)
            for made in (kernels.max_pool, plain.max_pool)
        )
        errors[f"pool {kernel} {stride} {dilation}"] = distance(found, exact)
    return errors


def stems(kernels: Kernels) -> dict[str, float]:
    errors = {}
    mean, scale = torch.tensor([100.0, 90.0, 80.0]), 1 / torch.tensor([50.0, 60.0, 70.0])
    weight, bias = torch.randn(24, 3, 3, 7, 7), torch.randn(24)
    for size in STEMS:
        for kind in (torch.uint8, torch.float32):
            clips = (torch.rand(2, *size, 3) * 255).to(kind)
            found, exact = (
                made.stem(weight, bias)(clips, mean, scale) for made in (kernels, plain_kernels())
            )
            errors[f"stem {size} {kind}"] = distance(found, exact)
    return errors


def distance(found: Tensor, exact: Tensor) -> float:
    """|difference| / |exact|; infinity where the shapes differ."""
    if found.shape != exact.shape:
        return float("inf")
    return float((found - exact).norm() / exact.norm())


if __name__ == "__main__":
    main()
