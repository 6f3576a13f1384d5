"""The last stage learns from kept features of the trunk, under a head that is fitted already.

Fitting the head first keeps the features from being bent by a random one (Kumar et al.,
"Fine-tuning can distort pretrained features", ICLR 2022).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model.learning.examples import Example
from model.learning.features import FeatureStore, LastStage
from model.learning.fit import Head
from model.learning.loop import Rows, run_epochs
from model.learning.optimise import reproducible
from model.learning.processes import Processes
from model.learning.recipe import Recipe
from model.learning.runfiles import prepare_folder
from model.learning.start import OnProgress, Options


@dataclass(frozen=True, slots=True)
class Lessons:
    """Videos, and for every view of each the probabilities [views, classes] that it should get."""

    examples: tuple[Example, ...]
    targets: tuple[Tensor, ...]

    def views(self) -> list[tuple[int, int]]:
        """(video, view) of everything that is learned from."""
        return [(v, n) for v, target in enumerate(self.targets) for n in range(len(target))]


class Task:
    """The layers of the last stage learn; the head above them stays. See `loop.Task`."""

    def __init__(self, stage: LastStage, head: Head, store: FeatureStore, lessons: Lessons) -> None:
        self._stage = stage
        self._head = head
        self._store = store
        self._lessons = lessons
        self._views = lessons.views()

    @property
    def network(self) -> nn.Module:
        """The layers that learn."""
        return self._stage.layers

    def batches(self, epoch: int, rows: Rows) -> Iterator[Sequence[Tensor]]:
        """Maps [B, C, T', H', W'] and targets [B, classes], read from the disk."""
        del epoch
        for row in rows:
            places = [self._views[number] for number in row]
            maps = [self._maps(video)[view] for video, view in places]
            targets = [self._lessons.targets[video][view] for video, view in places]
            yield torch.stack(maps).float(), torch.stack(targets).float()

    def loss(self, module: nn.Module, batch: Sequence[Tensor]) -> Tensor:
        """Cross entropy to the targets."""
        del module  # its layers are those of the stage
        maps, targets = batch
        return F.cross_entropy(self._head.logits(self._stage(maps)), targets)

    def _maps(self, video: int) -> Tensor:
        return self._store.of([self._lessons.examples[video]], "maps")[0]


def teach_last_stage(
    stage: LastStage,
    head: Head,
    store: FeatureStore,
    lessons: Lessons,
    folder: Path,
    *,
    recipe: Recipe,
    seed: int,
    identity: dict[str, Any],
    on_progress: OnProgress | None = None,
) -> None:
    """Trains the layers of `stage` in place; batch norms as the recipe says.

    Killed and called again with the same folder, it goes on and ends the same. Raises what
    `run_epochs` raises.
    """
    prepare_folder(folder, resume=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    placed = Head(head.weight.to(device), head.bias.to(device))
    task = Task(stage.to(device), placed, store, lessons)
    with reproducible(device.type == "cpu"):
        run_epochs(
            task,
            len(lessons.views()),
            folder,
            recipe=recipe,
            options=Options(seed=seed, resume=True),
            team=Processes(device=device),
            identity=identity,
            on_progress=on_progress,
        )
    stage.cpu().eval().requires_grad_(False)
