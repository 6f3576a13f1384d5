"""The seam between prediction and whatever computes the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Activations:
    """What one forward pass leaves behind.

    `logits` float32 [N, classes]; `features` float32 [N, C, T', H', W'], the last stage's output.
    The logits come from one in `every` steps of the features, starting with the first; the steps
    between are there if the network's last strides were removed (`network/atrous.py`).
    """

    logits: NDArray[np.float32]
    features: NDArray[np.float32]
    every: int = 1


class Engine(Protocol):
    """Runs one network with fixed weights. Safe to call from several threads."""

    name: str
    batch: int
    """How many clips at once it computes fastest."""

    def prepare(self, size: tuple[int, int, int]) -> None:
        """Does now what the first clips of size (T, H, W) would have to wait for."""
        ...

    def run(self, clips: NDArray[np.float32]) -> Activations:
        """Computes clips float32 [N, 3, T, H, W], RGB, already normalised for the checkpoint."""
        ...


@runtime_checkable
class PictureEngine(Engine, Protocol):
    """An engine that would rather normalise by itself."""

    def run_pictures(self, clips: NDArray[np.uint8]) -> Activations:
        """Computes clips uint8 [N, T, H, W, 3], RGB, as they were decoded."""
        ...
