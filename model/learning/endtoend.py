"""All layers learn from the videos themselves, under a head that is fitted already.

The slowest way and the one that forgets most easily: the background's videos are learned as well,
each to be answered as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model.learning.augment import Augmentation
from model.learning.clips import Sampler, batches
from model.learning.examples import Example
from model.learning.loop import Rows, run_epochs
from model.learning.optimise import reproducible
from model.learning.processes import Processes
from model.learning.recipe import Recipe
from model.learning.runfiles import prepare_folder
from model.learning.start import OnProgress, Options
from model.network.staged import StagedNetwork
from model.video.facts import VideoLimits
from model.weights.spec import ModelSpec

DECODERS = 2  # videos decoded at once


@dataclass(frozen=True, slots=True)
class Task:
    """See `loop.Task`. `examples` are numbered by their labels: the row of `targets` [N, classes]
    that each is to be answered with.
    """

    network: StagedNetwork
    sampler: Sampler
    examples: tuple[Example, ...]
    targets: Tensor

    def batches(self, epoch: int, rows: Rows) -> Iterator[Sequence[Tensor]]:
        """Clips [B, 3, T, H, W], augmented, and targets [B, classes]."""
        for clips, numbers in batches(self.sampler, self.examples, rows, epoch, workers=DECODERS):
            yield clips, self.targets[numbers]

    def loss(self, module: nn.Module, batch: Sequence[Tensor]) -> Tensor:
        """Cross entropy to the targets; on a GPU the network computes in 16 bit."""
        clips, targets = batch
        with torch.autocast("cuda", torch.bfloat16, enabled=clips.is_cuda):
            logits, _ = module(clips)
        return F.cross_entropy(logits.float(), targets)


def teach_end_to_end(
    network: StagedNetwork,
    spec: ModelSpec,
    examples: Sequence[Example],
    targets: Tensor,
    folder: Path,
    *,
    recipe: Recipe,
    seed: int,
    limits: VideoLimits,
    identity: dict[str, Any],
    on_progress: OnProgress | None = None,
) -> None:
    """Trains all layers of `network` in place; batch norms as the recipe says.

    `targets` float32 [N, classes] are the probabilities that each example should get. Killed and
    called again with the same folder, it goes on and ends the same. Raises what `run_epochs` does,
    and `ListError` naming a video that cannot be read.
    """
    prepare_folder(folder, resume=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    numbered = tuple(replace(e, label=row) for row, e in enumerate(examples))
    sampler = Sampler(spec, Augmentation(), seed, limits)
    task = Task(network.to(device), sampler, numbered, targets)
    with reproducible(device.type == "cpu"):
        run_epochs(
            task,
            len(numbered),
            folder,
            recipe=recipe,
            options=Options(seed=seed, resume=True),
            team=Processes(device=device),
            identity=identity,
            on_progress=on_progress,
        )
    network.cpu().eval().requires_grad_(False)
