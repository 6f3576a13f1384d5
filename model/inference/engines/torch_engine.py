"""The network in PyTorch: on a CUDA device where there is one, else on the processor."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from model.inference.engines.engine import Activations


def best_device() -> str:
    """`cuda` if this machine has such a device that works with this PyTorch, else `cpu`."""
    return "cuda" if torch.cuda.is_available() else "cpu"


class TorchEngine:
    """Runs a `VideoNetwork` in float32. It takes the network over: nobody else may change it.

    Several threads may run clips at once on the processor; a CUDA device takes one batch after the
    other, so that its memory is bounded.
    """

    batch = 1

    def __init__(self, network: nn.Module, device: str | None = None, *, every: int = 1) -> None:
        """`every` as in `Activations`: 1 unless the network has opened strides."""
        self._every = every
        self.device = torch.device(device or best_device())
        self.name = f"torch-{self.device.type}"
        placed = network.eval().requires_grad_(False).to(self.device, torch.float32)
        self._network: Callable[[Tensor], tuple[Tensor, Tensor]] = placed.to(
            memory_format=torch.channels_last_3d
        )
        self._turn: AbstractContextManager[object] = (
            nullcontext() if self.device.type == "cpu" else threading.Lock()
        )

    def prepare(self, size: tuple[int, int, int]) -> None:
        """Runs an empty clip of size (T, H, W), which loads kernels and reserves memory."""
        self.run(np.zeros((1, 3, *size), dtype=np.float32))

    def run(self, clips: NDArray[np.float32]) -> Activations:
        """Computes clips float32 [N, 3, T, H, W], RGB, already normalised for the checkpoint."""
        with self._turn, torch.inference_mode():
            batch = torch.from_numpy(np.ascontiguousarray(clips)).to(self.device)
            logits, features = self._network(batch.contiguous(memory_format=torch.channels_last_3d))
            return Activations(_to_numpy(logits), _to_numpy(features), self._every)


def _to_numpy(tensor: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.contiguous().cpu().numpy()
    return array
