"""A student learns from its teacher: one run in a folder, with a log, that can be resumed."""

from __future__ import annotations

import copy
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch

from model.errors import VideoError
from model.inference.predictor import LocalPredictor
from model.learning.distil.beginning import begin
from model.learning.distil.fitting import OnLayer
from model.learning.distil.material import Film
from model.learning.distil.task import Aim, Distilling, Feeding, feeding
from model.learning.distil.views import Wildness
from model.learning.errors import ListError
from model.learning.loop import run_epochs
from model.learning.optimise import reproducible
from model.learning.processes import joined_processes
from model.learning.recipe import Recipe
from model.learning.runfiles import prepare_folder
from model.learning.start import OnProgress, Options, Start, Stop
from model.learning.train import write_model
from model.network.staged import StagedNetwork
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import ModelSpec

Part = Literal["all", "last-stage"]
ROUND = 100  # steps, after which the student is compared with its teacher


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how a student learns. `lr` is for `batch_size` views a step; 0 steps are none.

    `fitted`: views that its layers are fitted on before, one after the other, for a student that
    was just cut out of a dense teacher (`fitting.fit`); 0 leaves that out.

    `learns`: all layers, or those of the last stage and the head. `frozen_norm`: batch norms stay;
    right for a student cut out of its teacher, wrong for random weights.
    """

    steps: int
    batch_size: int = 4
    lr: float = 1e-3
    learns: Part = "all"
    frozen_norm: bool = True
    fitted: int = 0
    aim: Aim = field(default_factory=Aim)
    wildness: Wildness = field(default_factory=Wildness)

    @property
    def recipe(self) -> Recipe:
        """Rounds of about a hundred steps; the rate falls along a cosine to nothing."""
        rounds = max(1, round(self.steps / ROUND))
        return Recipe(
            epochs=rounds,
            batch_size=self.batch_size,
            lr=self.lr,
            lr_batch=self.batch_size,
            weight_decay=1e-5,
            clip_norm=10.0,
            schedule="cosine",
            milestones=(),
            warmup_epochs=0,
            frozen_norm=self.frozen_norm,
            dropout=0.0,
        )

    @property
    def views(self) -> int:
        """Of each round."""
        return math.ceil(self.steps / self.recipe.epochs) * self.batch_size


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `videos`: how often the teacher's first is the student's, and among its first five."""

    first: int
    fifth: int
    videos: int


@dataclass(frozen=True, slots=True)
class Distilled:
    """A finished run; agreement on the checking videos before and after."""

    path: Path
    sha256: str
    before: Agreement
    after: Agreement


def distil(
    start: Start,
    teacher: LoadedCheckpoint,
    films: Sequence[Film],
    check: Sequence[Path],
    folder: Path,
    *,
    course: Course,
    options: Options | None = None,
    on_progress: OnProgress | None = None,
    on_layer: OnLayer | None = None,
    stop: Stop | None = None,
) -> Distilled:
    """Trains `start.network`, which it takes over as it does `teacher`, and writes the checkpoint.

    `on_layer` hears of every layer that was fitted. Killed or stopped, the run goes on with
    `Options.resume` and ends with the same weights. Raises `LearningError` with the reason,
    whatever `on_progress` raises, and `Cancelled` once `stop` says so.
    """
    options = options or Options()
    fed = feeding(teacher.spec, start.spec)
    wanted = answers(teacher.spec, teacher.network, check, folder, options)
    before = agreement(wanted, answers(start.spec, start.network, check, folder, options))
    with joined_processes(options.device) as team, reproducible(team.device.type == "cpu"):
        if team.first:
            prepare_folder(folder, resume=options.resume)
        team.wait()
        identity = _identity(start, teacher, films, course, options)
        network = begin(
            start,
            teacher,
            films,
            fed,
            folder / f"fitted-{_digest(identity)}.safetensors",
            views=course.fitted,
            seed=options.seed,
            how=course.wildness,
            team=team,
            on_layer=on_layer,
            stop=stop,
        ).to(team.device)

        def checked() -> Agreement:
            return agreement(wanted, answers(start.spec, network, check, folder, options))

        if course.steps:
            run_epochs(
                _task(network, teacher.network.to(team.device), films, fed, course, options.seed),
                course.views,
                folder,
                recipe=course.recipe,
                options=options,
                team=team,
                identity=identity,
                on_progress=on_progress,
                after_epoch=(lambda _: asdict(checked())) if check else None,
                stop=stop,
            )
        path, sha256 = write_model(start.spec, network, folder, team)
        return Distilled(path, sha256, before, checked())


def _task(
    network: StagedNetwork,
    teacher: StagedNetwork,
    films: Sequence[Film],
    fed: Feeding,
    course: Course,
    seed: int,
) -> Distilling:
    network.dropout.p = course.recipe.dropout
    return Distilling(
        network,
        teacher,
        films,
        fed,
        seed=seed,
        examples=course.views,
        last_stage_only=course.learns == "last-stage",
        aim=course.aim,
        how=course.wildness,
    )


def answers(
    spec: ModelSpec,
    network: StagedNetwork,
    videos: Sequence[Path],
    folder: Path,
    options: Options,
) -> torch.Tensor:
    """Logits [videos, classes] of one clip from the middle of each, of a copy of the network.

    Raises `ListError` naming a video that cannot be read.
    """
    copied = copy.deepcopy(network).eval().requires_grad_(False)
    predictor = LocalPredictor(
        LoadedCheckpoint(spec, "", copied), cache_dir=folder, engine="torch", limits=options.limits
    )
    rows = []
    for video in videos:
        try:
            rows.append(torch.from_numpy(predictor.predict(video, protocol="val", top_k=1).logits))
        except VideoError as error:
            raise ListError(f"{video.name} cannot be checked with: {error}") from error
    return torch.stack(rows) if rows else torch.empty(0, len(spec.labels))


def agreement(wanted: torch.Tensor, said: torch.Tensor) -> Agreement:
    """How alike two networks answer; both are logits [videos, classes]."""
    if not len(wanted):
        return Agreement(0, 0, 0)
    first = said.gather(1, wanted.argmax(dim=1, keepdim=True))
    ranks = (said > first).sum(dim=1)
    return Agreement(int((ranks < 1).sum()), int((ranks < 5).sum()), len(ranks))


def _identity(
    start: Start,
    teacher: LoadedCheckpoint,
    films: Sequence[Film],
    course: Course,
    options: Options,
) -> dict[str, Any]:
    """What must be the same when a run is resumed, for its weights to be the same."""
    shown = [[film.name, list(film.frames.shape), int(film.frames.sum())] for film in films]
    spec = start.spec
    return {
        "course": json.dumps(asdict(course), sort_keys=True),
        "teacher": teacher.sha256,
        "student": start.sha256,
        "model": json.dumps([spec.arch, dict(spec.options), spec.crop, spec.clip_len]),
        "material": hashlib.sha256(json.dumps(shown).encode()).hexdigest(),
        "seed": options.seed,
    }


def _digest(identity: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:12]
