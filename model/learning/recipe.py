"""How long, how fast and in which steps a network is trained."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Schedule = Literal["step", "cosine"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything about the optimisation. `lr` belongs to `lr_batch` clips a step, all processes
    together, and is scaled linearly with the batch (Goyal et al., 2017).

    `frozen_norm`: batch norms in evaluation mode, their weights without gradient. `dropout` is the
    share of the features that the classifier does not see while a whole network learns.
    """

    epochs: int = 58
    batch_size: int = 12  # clips a step and process
    lr: float = 5e-4
    lr_batch: int = 96  # 8 GPUs of 12 clips
    momentum: float = 0.9
    weight_decay: float = 1e-4
    clip_norm: float = 40.0
    schedule: Schedule = "step"
    milestones: tuple[int, ...] = (32, 48)  # epochs after which the rate falls to a tenth
    warmup_epochs: int = 16
    warmup_from: float = 0.1
    frozen_norm: bool = True
    dropout: float = 0.5

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch_size < 1 or self.lr <= 0:
            raise ValueError("epochs, batch size and learning rate must be positive")
        if not 0 <= self.dropout < 1:
            raise ValueError("dropout must be at least 0 and below 1")

    def lasting(self, epochs: int) -> Recipe:
        """The same course in another number of epochs: warm-up and steps keep their share of it."""

        def share(of: int) -> int:
            return round(of * epochs / self.epochs)

        return replace(
            self,
            epochs=epochs,
            milestones=tuple(share(milestone) for milestone in self.milestones),
            warmup_epochs=share(self.warmup_epochs),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the record of a run."""
        return asdict(self)


PRETRAINED = Recipe()
"""The published recipe after IG65M or Sports1M: 58 epochs."""
FROM_SCRATCH = Recipe(epochs=180, lr=0.08, schedule="cosine", milestones=(), warmup_epochs=40)
"""The published recipe from random weights: 180 epochs."""


def recipe_for(config: str) -> Recipe:
    """The recipe by which a published catalogue entry was trained, from its name."""
    recipe = FROM_SCRATCH if "180e" in config else PRETRAINED
    return recipe if "bnfrozen" in config else replace(recipe, frozen_norm=False)


def learning_rate(recipe: Recipe, progress: float, batch: int) -> float:
    """The rate after `progress` epochs (a fraction counts) at `batch` clips a step over all.

    Linear warm-up multiplies whatever the schedule says at that moment.
    """
    rate = recipe.lr * batch / recipe.lr_batch
    if recipe.schedule == "cosine":
        rate *= (1 + math.cos(math.pi * min(progress / recipe.epochs, 1.0))) / 2
    else:
        rate *= 0.1 ** sum(math.floor(progress) >= milestone for milestone in recipe.milestones)
    if progress < recipe.warmup_epochs:
        done = progress / recipe.warmup_epochs
        rate *= recipe.warmup_from + (1 - recipe.warmup_from) * done
    return rate
