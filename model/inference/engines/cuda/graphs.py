"""One network, replayed as a CUDA graph for every size of batch: no time between its kernels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

Network = Callable[[Tensor], tuple[Tensor, Tensor]]
WARM_UPS = 2  # runs before recording: they compile kernels and let libraries choose theirs


@dataclass(frozen=True, slots=True)
class Recorded:
    """A graph with the memory that it reads and writes."""

    graph: torch.cuda.CUDAGraph
    clips: Tensor
    logits: Tensor
    features: Tensor


class Graphs:
    """Recordings of `network` for the shapes of clips that were asked for.

    All share one pool of memory, so what one run computed is gone with the next. For one thread.
    """

    def __init__(self, network: Network, device: torch.device) -> None:
        self._network = network
        self._device = device
        self._pool: Any = None  # PyTorch's own handle
        self._recorded: dict[tuple[torch.Size, torch.dtype], Recorded] = {}

    @torch.inference_mode()
    def run(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and features of clips [N, T, H, W, 3], which may lie in pinned memory."""
        recorded = self.of(clips.shape, clips.dtype)
        recorded.clips.copy_(clips, non_blocking=True)
        recorded.graph.replay()
        return recorded.logits, recorded.features

    def of(self, shape: torch.Size, dtype: torch.dtype) -> Recorded:
        """The recording for that shape, made on first use."""
        key = (shape, dtype)
        if key not in self._recorded:
            self._recorded[key] = self._record(shape, dtype)
        return self._recorded[key]

    def _record(self, shape: torch.Size, dtype: torch.dtype) -> Recorded:
        clips = torch.zeros(shape, dtype=dtype, device=self._device)
        beside = torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
        beside.wait_stream(torch.cuda.current_stream(self._device))
        with torch.cuda.stream(beside):
            for _ in range(WARM_UPS):
                self._network(clips)
        torch.cuda.current_stream(self._device).wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._pool):
            logits, features = self._network(clips)
        self._pool = graph.pool()
        return Recorded(graph, clips, logits, features)
