"""What lies under a kernel at random places, and the averages of it that least squares need."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Places = NDArray[np.int64]
"""Cells [S, 3] of an output: step, row and column."""


def draw_places(size: tuple[int, int, int], most: int, draw: np.random.Generator) -> Places:
    """At most `most` different cells of a map (T, H, W)."""
    count = int(np.prod(size))
    chosen = draw.permutation(count)[:most] if count > most else np.arange(count)
    return np.stack(np.unravel_index(chosen, size), axis=1)


def under(x: Tensor, places: Places, kernel: tuple[int, int, int], stride: int) -> Tensor:
    """x [C, T, H, W], padded, to [S, C, kT*kH*kW]: what the kernel sees for each of the outputs."""
    t, h, w = (torch.from_numpy(column * stride) for column in places.T)
    seen = [x[:, t + i, h + j, w + k] for i, j, k in product(*map(range, kernel))]
    return torch.stack(seen, dim=-1).transpose(0, 1)


def at(y: Tensor, places: Places) -> Tensor:
    """y [C, T, H, W] at those cells, [S, C]."""
    t, h, w = (torch.from_numpy(column) for column in places.T)
    return y[:, t, h, w].T


@dataclass
class Moments:
    """Sums over rows of x [S, ..., A] and y [S, ..., B] that belong together, in double precision.

    What is between rows and columns (channels, say) is kept apart.
    """

    rows: int = 0
    x: Tensor | float = 0.0
    y: Tensor | float = 0.0
    xx: Tensor | float = 0.0
    xy: Tensor | float = 0.0

    def add(self, x: Tensor, y: Tensor | None = None) -> None:
        """More rows; y is x if there is none."""
        left = x.movedim(0, -1).contiguous()  # [..., A, S]
        right = left if y is None else y.movedim(0, -1).contiguous()
        self.rows += x.shape[0]
        self.x = _sum(self.x, left.sum(dim=-1))
        self.y = _sum(self.y, right.sum(dim=-1))
        self.xx = _sum(self.xx, left @ left.transpose(-2, -1))
        if y is None:
            self.xy = self.xx
        else:
            self.xy = _sum(self.xy, left @ right.transpose(-2, -1))

    @property
    def means(self) -> tuple[Tensor, Tensor]:
        """Of x [..., A] and of y [..., B]."""
        return torch.as_tensor(self.x) / self.rows, torch.as_tensor(self.y) / self.rows

    @property
    def covariances(self) -> tuple[Tensor, Tensor]:
        """Of x with itself [..., A, A] and with y [..., A, B]."""
        x, y = self.means
        own = (torch.as_tensor(self.xx) / self.rows).sub_(x[..., :, None] * x[..., None, :])
        if self.xy is self.xx:
            return own, own
        shared = (torch.as_tensor(self.xy) / self.rows).sub_(x[..., :, None] * y[..., None, :])
        return own, shared


def _sum(so_far: Tensor | float, more: Tensor) -> Tensor:
    """In 64 bit and in place: these are hundreds of megabytes for a wide layer."""
    return so_far.add_(more) if isinstance(so_far, Tensor) else more.double()
