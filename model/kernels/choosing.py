"""Which arithmetic runs here: the kernels on a graphics card, else plain PyTorch."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import torch
from torch import Tensor

from model.kernels import plain

_log = logging.getLogger(__name__)

Stem = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(clips [N, T, H, W, 3], bytes or numbers; mean [3]; scale [3]) to activations."""

OLDEST = (8, 0)  # compute capability: from Ampere on, cards multiply 16-bit matrices as used here
CLOSE = 5e-3  # relative; 16-bit arithmetic differs by some 3e-4


@dataclass(frozen=True, slots=True)
class Kernels:
    """The operations of `plain`, as they are computed here; `name` is for people.

    `stem(weight, bias)` gives the first layer, which takes clips as they come and normalises them
    by `(clips - mean) * scale`.
    """

    name: str
    depthwise: Callable[..., Tensor]
    pointwise: Callable[..., Tensor]
    max_pool: Callable[..., Tensor]
    stem: Callable[[Tensor, Tensor], Stem]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The kernels for a device; `reason` says why they are not the fast ones, "" if they are."""

    kernels: Kernels
    reason: str


def choose_kernels(device: torch.device) -> Chosen:
    """The fast kernels where they run and compute what they should, else plain PyTorch."""
    if reason := _why_not_tried(device):
        return Chosen(plain_kernels(), reason)
    try:
        # only where a card is: importing Triton takes a second, and not every system has it
        from model.kernels.triton_kernels import triton_kernels  # noqa: PLC0415

        fast = triton_kernels()
        error = largest_error(fast, device)
    except Exception as failure:  # a compiler, a driver: whatever it is, PyTorch still answers
        _log.warning("The fast kernels do not run here; PyTorch takes over.", exc_info=failure)
        return Chosen(plain_kernels(), "they do not run with this driver and compiler")
    if not error < CLOSE:
        return Chosen(plain_kernels(), f"they compute something else here (off by {error:.1e})")
    return Chosen(fast, "")


def plain_kernels() -> Kernels:
    """All operations in plain PyTorch, on any device."""
    return Kernels("PyTorch", plain.depthwise, plain.pointwise, plain.max_pool, _plain_stem)


def largest_error(kernels: Kernels, device: torch.device) -> float:
    """How far small random layers are from float64 on the processor: |difference| / |exact|."""
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(1, 3, 4, 4, 32, generator=draw)
    cube, point = torch.randn(27, 32, generator=draw), torch.randn(32, 48, generator=draw)
    biases = torch.randn(48, generator=draw)
    half = x.to(device, torch.float16)
    found = kernels.depthwise(half, cube.to(device), biases[:32].to(device))
    exact = plain.depthwise(x.double(), cube.double(), biases[:32].double())
    errors = [_distance(found, exact)]
    found = kernels.pointwise(half, point.to(device, torch.float16), biases.to(device))
    errors.append(_distance(found, plain.pointwise(x.double(), point.double(), biases.double())))
    return max(errors)


def _distance(found: Tensor, exact: Tensor) -> float:
    return float((found.double().cpu() - exact).norm() / exact.norm())


def _why_not_tried(device: torch.device) -> str:
    if device.type != "cuda":
        return "there is no graphics card"
    if find_spec("triton") is None:
        return "Triton is not installed"
    if torch.cuda.get_device_capability(device) < OLDEST:
        return "the graphics card is too old for them"
    return ""


def _plain_stem(weight: Tensor, bias: Tensor) -> Stem:
    def layer(clips: Tensor, mean: Tensor, scale: Tensor) -> Tensor:
        normal = (clips.float() - mean) * scale
        return plain.stem(normal.to(weight.dtype), weight, bias)

    return layer
