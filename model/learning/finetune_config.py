"""What a version is to learn, and how; checked before anything starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from model.learning.errors import LearningError, TooFewError
from model.learning.examples import Example, check_labels, count_per_class, some
from model.learning.recipe import Recipe
from model.video.facts import VideoLimits

if TYPE_CHECKING:  # PyTorch takes seconds to import: only who computes waits for it
    from model.inference.engines.choosing import EngineChoice
    from model.weights.checkpoint import LoadedCheckpoint

Scope = Literal["head", "last-stage", "end-to-end"]
"""What learns. All but the head costs more the more of it there is, and forgets more easily."""
Curve = Sequence[Mapping[str, Any]]
Phase = Literal["looking", "fitting", "training"]
"""Computing features, fitting the head, and training the layers below it."""


@dataclass(frozen=True, slots=True)
class Told:
    """How far a fine-tuning is: `done` of `whole` units of this phase, and the losses so far.

    A unit is a part of a video to compute features of, a round of fitting, or a step of training.
    What need not be computed again is no unit.
    """

    phase: Phase
    done: int
    whole: int
    sentence: str
    curve: Curve = ()


Tell = Callable[[Told], None]
"""Called often; may raise `Cancelled`."""

JOINED = 3  # layers that make up the features: 2 are as good for the head, 3 better for likeness
LAST_STAGE = Recipe(
    epochs=5, batch_size=16, lr=0.01, lr_batch=16, schedule="cosine", milestones=(), warmup_epochs=1
)

END_TO_END = Recipe(
    epochs=4, batch_size=8, lr=1e-3, lr_batch=8, schedule="cosine", milestones=(), warmup_epochs=1
)


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """All that decides what a version learns. The same configuration gives the same weights.

    `labels` are the classes of the version to be, its parent's first; every new one needs examples.
    `background` are other videos, whose labels do not matter: on them the new version is held to
    its parent's answers, which protects what the parent knew. `folder` keeps the run, `features`
    what trunks computed (in `folder` if None), `cache_dir` converted networks. `joined` 1 leaves
    the network's features as they are.
    """

    parent: LoadedCheckpoint
    target: Path
    name: str
    labels: tuple[str, ...]
    learn: tuple[Example, ...]
    folder: Path
    cache_dir: Path
    features: Path | None = None
    background: tuple[Example, ...] = ()
    scope: Scope = "head"
    joined: int = JOINED
    engine: EngineChoice = "auto"
    limits: VideoLimits = field(default_factory=VideoLimits)
    recipe: Recipe | None = None  # of what learns beside the head; None: the usual one
    seed: int = 0  # of the same

    @property
    def course(self) -> Recipe:
        """How what learns beside the head is trained."""
        return self.recipe or (END_TO_END if self.scope == "end-to-end" else LAST_STAGE)


def check_config(config: FinetuneConfig) -> None:
    """Raises `LearningError`, `TooFewError` or `ListError` if this cannot be learned."""
    known = config.parent.spec.labels
    if config.labels[: len(known)] != known:
        raise LearningError(
            "The next version must know all classes of the model that it is taught from, in their "
            "order, before any new one."
        )
    if not config.learn:
        raise TooFewError("There are no corrections, so there is nothing to learn from.")
    check_labels(config.learn, len(config.labels))
    counts = count_per_class(config.learn)
    empty = [name for n, name in enumerate(config.labels) if n >= len(known) and not counts[n]]
    if empty:
        raise TooFewError(
            f"There is no video to learn these classes from: {some(empty)}. Correct some first, or "
            "leave the classes out."
        )
