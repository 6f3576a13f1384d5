"""The network on a CUDA device, in 16 bits: many times as fast as float32 in plain PyTorch."""

from __future__ import annotations

import threading

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.inference.engines.cuda.folding import FoldedNetwork, Place
from model.inference.engines.cuda.graphs import Graphs
from model.inference.engines.engine import Activations
from model.kernels.choosing import choose_kernels
from model.network.atrous import OpenedNetwork
from model.network.staged import StagedNetwork
from model.weights.spec import Normalisation

BATCH = 8  # clips at once: more make an H100 no faster


class CudaEngine:
    """Runs a `VideoNetwork` with activations in float16; sums, logits and features are float32.

    Takes clips as bytes, a quarter of what has to reach the card. A batch is filled up to the next
    power of two, so that four recordings are enough. One batch after the other, whoever asks.
    """

    batch = BATCH

    def __init__(
        self,
        network: StagedNetwork | OpenedNetwork,
        normalisation: Normalisation,
        *,
        every: int = 1,
    ) -> None:
        """`every` as in `Activations`."""
        self._every = every
        self._device = torch.device("cuda")
        chosen = choose_kernels(self._device)
        self.name = f"cuda-{chosen.kernels.name.lower()}"
        place = Place(self._device, torch.float16, chosen.kernels)
        self._graphs = Graphs(FoldedNetwork(network.eval(), place, normalisation), self._device)
        self._turn = threading.Lock()

    def prepare(self, size: tuple[int, int, int]) -> None:
        """Compiles the kernels for clips of size (T, H, W) and records the smallest batch."""
        self.run_pictures(np.zeros((1, *size, 3), dtype=np.uint8))

    def run(self, clips: NDArray[np.float32]) -> Activations:
        """Computes clips float32 [N, 3, T, H, W], RGB, already normalised for the checkpoint."""
        return self._run(torch.from_numpy(np.ascontiguousarray(clips.transpose(0, 2, 3, 4, 1))))

    def run_pictures(self, clips: NDArray[np.uint8]) -> Activations:
        """Computes clips uint8 [N, T, H, W, 3], RGB, as they were decoded."""
        return self._run(torch.from_numpy(np.ascontiguousarray(clips)))

    def _run(self, clips: Tensor) -> Activations:
        found = [self._batch(some) for some in torch.split(clips, BATCH)]
        logits, features = (np.concatenate(part) for part in zip(*found, strict=True))
        return Activations(logits, features, self._every)

    @torch.inference_mode()
    def _batch(self, clips: Tensor) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """From memory that the card reads by itself, and back into such memory."""
        count = len(clips)
        filled = 1 << (count - 1).bit_length()
        pinned = torch.empty((filled, *clips.shape[1:]), dtype=clips.dtype, pin_memory=True)
        pinned[:count] = clips
        pinned[count:] = 0
        with self._turn:
            logits, features = self._graphs.run(pinned)
            kept = [_to_host(part[:count]) for part in (logits, features)]
            torch.cuda.current_stream(self._device).synchronize()
        return kept[0].numpy(), kept[1].numpy()


def _to_host(tensor: Tensor) -> Tensor:
    """Begins to copy; whoever reads it synchronises first."""
    host = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True)
    host.copy_(tensor, non_blocking=True)
    return host
