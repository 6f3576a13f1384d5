"""Trains a whole network from a list of videos. Read `train` first.

The same command under torchrun uses several processes; one alone needs nothing of that.
"""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DistributedSampler

from model.inference.predictor import LocalPredictor
from model.learning.clips import Sampler, batches
from model.learning.errors import RunError, TooFewError
from model.learning.examples import Example, check_labels
from model.learning.metrics import Metrics, measure
from model.learning.optimise import (
    let_learn,
    momentum_of,
    optimiser_for,
    reproducible,
    restore_momentum,
    seed_step,
    take_step,
)
from model.learning.processes import Processes, joined_processes
from model.learning.recipe import Recipe, learning_rate
from model.learning.runfiles import (
    STATE,
    Position,
    RunLog,
    State,
    load_state,
    prepare_folder,
    save_state,
    space_watched,
)
from model.learning.scoring import score
from model.learning.start import OnProgress, Options, Progress, Start, Trained
from model.network.staged import StagedNetwork
from model.weights import checkpoint
from model.weights.checkpoint import LoadedCheckpoint

MODEL = "model.safetensors"
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Run:
    """What the functions below hand to each other."""

    start: Start
    learn: Sequence[Example]
    check: Sequence[Example]
    folder: Path
    recipe: Recipe
    options: Options
    team: Processes
    identity: dict[str, Any]
    network: StagedNetwork
    module: nn.Module  # the network, or what makes all processes share its gradients
    optimiser: torch.optim.SGD
    saved_at: float = 0.0
    step_s: float = 0.0


def train(
    start: Start,
    learn: Sequence[Example],
    check: Sequence[Example],
    folder: Path,
    *,
    recipe: Recipe,
    options: Options | None = None,
    on_progress: OnProgress | None = None,
) -> Trained:
    """Trains all layers of `start.network`, which it takes over, and writes `model.safetensors`.

    `folder` holds the run: state, log, result. Killed or cancelled, the run goes on with
    `Options.resume` from its last state and ends with the same weights. Raises `LearningError`
    (`ListError`, `TooFewError`, `RunError`, `NoSpaceError`) with the reason, and whatever
    `on_progress` raises.
    """
    options = options or Options()
    if not learn:
        raise TooFewError("The training list is empty: there is nothing to learn from.")
    check_labels([*learn, *check], len(start.spec.labels))
    identity = _identity(start, learn, recipe, options)
    with joined_processes(options.device) as team, reproducible(options.deterministic):
        if team.first:
            prepare_folder(folder, resume=options.resume)
        team.wait()
        run = _set_up(start, learn, check, folder, recipe, options, team, identity)
        at = _resumed(run) if options.resume and (folder / STATE).exists() else Position()
        log = RunLog(folder, at) if team.first else None
        metrics: Metrics | None = None
        for epoch in range(at.epoch, recipe.epochs):
            first = at.step if epoch == at.epoch else 0
            _one_epoch(run, epoch, first, log, on_progress)
            metrics = _checked(run, epoch, log)
            _save(run, Position(epoch + 1))
        return _finish(run, metrics)


def _identity(
    start: Start, learn: Sequence[Example], recipe: Recipe, options: Options
) -> dict[str, Any]:
    """What must be the same when a run is resumed, for its weights to be the same."""
    listed = json.dumps([[str(e.path), e.label, e.start_s, e.end_s] for e in learn])
    return {
        "recipe": json.dumps(recipe.to_json(), sort_keys=True),
        "starting_weights": start.sha256,
        "model": json.dumps([start.spec.arch, dict(start.spec.options), list(start.spec.labels)]),
        "training_list": hashlib.sha256(listed.encode()).hexdigest(),
        "augmentation": json.dumps(asdict(options.augmentation)),
        "seed": options.seed,
    }


def _set_up(
    start: Start,
    learn: Sequence[Example],
    check: Sequence[Example],
    folder: Path,
    recipe: Recipe,
    options: Options,
    team: Processes,
    identity: dict[str, Any],
) -> _Run:
    network = start.network.to(team.device)
    weights = let_learn(network, recipe)
    module: nn.Module = network
    if team.several:
        gpu = [team.device.index] if team.device.type == "cuda" else None
        module = DistributedDataParallel(network, device_ids=gpu)
    return _Run(
        start=start,
        learn=learn,
        check=check,
        folder=folder,
        recipe=recipe,
        options=options,
        team=team,
        identity={**identity, "processes": team.count},
        network=network,
        module=module,
        optimiser=optimiser_for(weights, recipe),
        saved_at=time.monotonic(),
    )


def _resumed(run: _Run) -> Position:
    state = load_state(run.folder, run.identity)
    run.network.load_state_dict(dict(state.network))
    restore_momentum(run.optimiser, state.momentum)
    _log.info("The run in %s goes on at epoch %d.", run.folder, state.at.epoch + 1)
    return state.at


def _one_epoch(
    run: _Run, epoch: int, first: int, log: RunLog | None, on_progress: OnProgress | None
) -> None:
    rows = _rows(run, epoch)
    sampler = Sampler(
        run.start.spec, run.options.augmentation, run.options.seed, run.options.limits
    )
    let_learn(run.network, run.recipe)
    began = time.monotonic()
    source = batches(sampler, run.learn, rows[first:], epoch, workers=run.options.workers)
    for step, (clips, labels) in enumerate(source, start=first):
        loss, rate = _one_step(run, epoch, step, len(rows), clips, labels)
        if not run.team.first:
            continue
        run.step_s = (time.monotonic() - began) / (step - first + 1)
        report = _progress(run, epoch, step, len(rows), loss, rate)
        if log is not None:
            log.write({**asdict(report), "epoch": epoch, "step": step + 1})
        if on_progress is not None:
            on_progress(report)
        if time.monotonic() - run.saved_at >= run.options.save_every_s:
            _save(run, Position(epoch, step + 1))


def _rows(run: _Run, epoch: int) -> list[list[int]]:
    """The example numbers of each step of this process, shuffled by seed and epoch."""
    numbers: Any = range(len(run.learn))
    order: DistributedSampler[int] = DistributedSampler(
        numbers, run.team.count, run.team.rank, seed=run.options.seed
    )
    order.set_epoch(epoch)
    mine = list(order)
    size = run.recipe.batch_size
    return [mine[i : i + size] for i in range(0, len(mine), size)]


def _one_step(
    run: _Run, epoch: int, step: int, steps: int, clips: Tensor, labels: Tensor
) -> tuple[float, float]:
    device = run.team.device
    seed_step(run.options.seed, epoch, step, run.team.rank)
    batch = run.recipe.batch_size * run.team.count
    rate = learning_rate(run.recipe, epoch + step / steps, batch)

    def loss() -> Tensor:
        with torch.autocast("cuda", torch.bfloat16, enabled=device.type == "cuda"):
            logits, _ = run.module(clips.to(device, non_blocking=True))
        return F.cross_entropy(logits.float(), labels.to(device))

    return take_step(run.optimiser, loss, rate=rate, clip_norm=run.recipe.clip_norm), rate


def _progress(run: _Run, epoch: int, step: int, steps: int, loss: float, rate: float) -> Progress:
    epochs = run.recipe.epochs
    left = (epochs - epoch - 1) * steps + steps - step - 1
    return Progress(epoch + 1, epochs, step + 1, steps, loss, rate, left * run.step_s)


def _checked(run: _Run, epoch: int, log: RunLog | None) -> Metrics | None:
    """Metrics of the network as it is now on the checking list, each process doing its share."""
    if not run.options.validate or not run.check:
        return None
    copied = copy.deepcopy(run.network).eval().requires_grad_(False)
    predictor = LocalPredictor(
        LoadedCheckpoint(run.start.spec, run.start.sha256, copied),
        cache_dir=run.folder,
        engine="torch",
        limits=run.options.limits,
    )
    mine = run.team.share(len(run.check))
    answers = torch.zeros(len(run.check), len(run.start.spec.labels), dtype=torch.float64)
    answers[list(mine)] = torch.from_numpy(score(predictor, [run.check[i] for i in mine]))
    labels = torch.tensor([example.label for example in run.check])
    metrics = measure(run.team.added(answers).numpy(), labels.numpy())
    if log is not None:
        figures = {
            "top1": metrics.top1,
            "top5": metrics.top5,
            "mean_class_accuracy": metrics.mean_class_accuracy,
        }
        log.write({"epoch": epoch, "step": len(_rows(run, epoch)), "check": figures})
    return metrics


def _save(run: _Run, at: Position) -> None:
    run.saved_at = time.monotonic()
    if run.team.first:
        state = State(run.identity, at, run.network.state_dict(), momentum_of(run.optimiser))
        save_state(run.folder, state)


def _finish(run: _Run, metrics: Metrics | None) -> Trained:
    path = run.folder / MODEL
    sha256 = ""
    if run.team.first:
        with space_watched(path):
            sha256 = checkpoint.save(path, run.start.spec, run.network.state_dict())
    run.team.wait()
    if not path.is_file():
        raise RunError(f"{path} is not there: all processes must see the same folder.")
    return Trained(path, sha256 or checkpoint.load(path).sha256, metrics)
