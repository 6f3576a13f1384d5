"""The published architectures with weights drawn at random, and clips to feed them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from model.network.csn import CSN, Kind

CLASSES, FRAMES = 400, 32


@dataclass(frozen=True, slots=True)
class Architecture:
    """`published`: how many of the nine published files are of it; they take the same time."""

    name: str
    kind: Kind
    depth: int
    published: int


ARCHITECTURES = (
    Architecture("ircsn-r50", "ir", 50, 2),
    Architecture("ircsn-r152", "ir", 152, 4),
    Architecture("ipcsn-r152", "ip", 152, 3),
)


def stand_in(arch: Architecture, clips: Tensor, seed: int = 0) -> CSN:
    """Random weights whose activations keep to a sensible size: batch norms know these clips."""
    torch.manual_seed(seed)
    network = CSN(arch.kind, arch.depth, CLASSES).to(clips.device).train()
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm3d)]
    for norm in norms:
        norm.momentum = None  # the plain mean over what was seen
        nn.init.uniform_(norm.weight, 0.5, 1.0)
        nn.init.normal_(norm.bias, std=0.1)
    nn.init.normal_(network.head.weight, std=0.1)
    with torch.no_grad():
        network(clips)
    return network.eval().requires_grad_(False)


def drawn_clips(count: int, size: int, seed: int = 0) -> NDArray[np.uint8]:
    """Coloured waves that drift, each clip its own: uint8 [count, 32, size, size, 3]."""
    generator = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:size, 0:size] / size
    clips = np.empty((count, FRAMES, size, size, 3), np.uint8)
    for clip in clips:
        pitch = generator.uniform(2, 30, (3, 2))
        speed, phase = generator.uniform(-1, 1, 3), generator.uniform(0, 6, 3)
        for step, picture in enumerate(clip):
            for colour in range(3):
                angle = pitch[colour, 0] * rows + pitch[colour, 1] * columns
                wave = np.sin(angle + phase[colour] + speed[colour] * step)
                picture[..., colour] = (127.5 + 120 * wave).astype(np.uint8)
    return clips
