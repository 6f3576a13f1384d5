"""The few layers that the networks here are made of."""

from __future__ import annotations

from math import inf
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Triple = tuple[int, int, int]  # time, height, width

EPS = 1e-3  # of every batch norm, in both families


def batch_norm(channels: int) -> nn.BatchNorm3d:
    return nn.BatchNorm3d(channels, eps=EPS)


class ConvUnit(nn.Module):
    """Convolution without bias, batch norm, and ReLU unless `activate` is false.

    Pads by half the kernel, or not at all with `padded=False` (then a `SamePad` stands before it).
    Nothing is done in place: activations may be kept and looked at later.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: Triple,
        *,
        stride: Triple = (1, 1, 1),
        groups: int = 1,
        activate: bool = True,
        padded: bool = True,
    ) -> None:
        super().__init__()
        padding = (kernel[0] // 2, kernel[1] // 2, kernel[2] // 2) if padded else (0, 0, 0)
        self.conv = nn.Conv3d(
            in_channels,
            out_channels,
            kernel,
            stride=stride,
            padding=padding,
            groups=groups,
            bias=False,
        )
        self.bn = batch_norm(out_channels)
        self.activate = activate

    def forward(self, x: Tensor) -> Tensor:
        x = self.bn(self.conv(x))
        return F.relu(x) if self.activate else x


class CubePool(nn.MaxPool3d):
    """Max pooling 3x3x3 at stride 1, the same size out as in, at any temporal dilation."""

    def __init__(self) -> None:
        super().__init__((3, 3, 3), stride=(1, 1, 1), padding=(1, 1, 1), dilation=(1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        if self.dilation == (1, 1, 1):
            return F.max_pool3d(x, 3, 1, 1)
        # In steps: OpenVINO 2026.4 spends half of all its time in a pool that is dilated itself.
        step = cast(Triple, self.dilation)[0]
        flat = F.max_pool3d(x, (1, 3, 3), 1, (0, 1, 1))
        padded = F.pad(flat, (0, 0, 0, 0, step, step), value=-inf)
        sides = torch.maximum(padded[:, :, : -2 * step], padded[:, :, 2 * step :])
        return torch.maximum(flat, sides)


class SamePad(nn.Module):
    """TensorFlow's SAME padding for the following layer of stride 1 or 2: the odd one goes last.

    For stride s and kernel k on n positions, max((ceil(n/s) - 1) s + k - n, 0) are added, half of
    them (rounded down) before. For s=2 that is k - 2 for even n and k - 1 for odd n; written so,
    it can be traced with any size.

    `dilation` and `opened` concern time alone and belong to `atrous.py`: an opened layer has
    stride 1 where the weights were learned with stride 2, and looks at the same frames as before
    at the steps that it had before.
    """

    def __init__(self, kernel: Triple, stride: Triple, value: float = 0.0) -> None:
        super().__init__()
        self.kernel = kernel
        self.stride = stride
        self.value = value
        self.dilation = 1
        self.opened = False

    def before(self, axis: int, size: int) -> int:
        """Positions added before the first of `size` positions along time (0), height or width."""
        kernel, dilation = self.kernel[axis], self.dilation if axis == 0 else 1
        if self.stride[axis] == 1:
            return dilation * (kernel - 1) // 2
        steps = (size + dilation - 1) // dilation
        return dilation * ((kernel - 2 + steps % 2) // 2)

    def after(self, axis: int, size: int) -> int:
        """Positions added after the last."""
        kernel, dilation = self.kernel[axis], self.dilation if axis == 0 else 1
        if self.stride[axis] == 1 or (self.opened and axis == 0):
            return dilation * (kernel - 1) - self.before(axis, size)
        return kernel - 2 + size % 2 - self.before(axis, size)

    def forward(self, x: Tensor) -> Tensor:
        pads: list[int] = []
        for axis in (2, 1, 0):  # F.pad counts from the last axis
            size = x.shape[axis + 2]
            pads += [self.before(axis, size), self.after(axis, size)]
        return F.pad(x, pads, value=self.value)
