"""What a run begins with, how it is carried out, and what it reports. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from model.learning.augment import Augmentation
from model.learning.metrics import Metrics
from model.network.staged import StagedNetwork
from model.video.facts import VideoLimits
from model.weights.spec import ModelSpec


@dataclass(frozen=True, slots=True)
class Start:
    """What a training begins with. `sha256` of its checkpoint, empty for random weights."""

    spec: ModelSpec
    network: StagedNetwork
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is carried out. Only `seed` and `augmentation` change what comes out of it."""

    seed: int = 0
    deterministic: bool = False
    resume: bool = False  # go on from the last state, if there is one
    validate: bool = True  # score the checking list after every epoch
    device: str | None = None  # cpu or cuda; by default CUDA where there is any
    workers: int = 2  # videos decoded at once, in each process
    save_every_s: float = 60.0  # and after every epoch
    augmentation: Augmentation = field(default_factory=Augmentation)
    limits: VideoLimits = field(default_factory=VideoLimits)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: `step` of `steps` in `epoch` (from 1) of `epochs`; `left_s` is a guess."""

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    rate: float
    left_s: float


OnProgress = Callable[[Progress], None]
"""Called after every step; may raise `model.errors.Cancelled`. The run can be resumed then."""


Stop = Callable[[], bool]
"""Asked after every step, in every process: whether the run shall save its state and end."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished run. `metrics` of the last epoch on the checking list, if there was one."""

    path: Path
    sha256: str
    metrics: Metrics | None
