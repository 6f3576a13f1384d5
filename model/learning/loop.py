"""Epochs and steps of any training here: shuffled, reported, saved, and resumed exactly."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DistributedSampler

from model.errors import Cancelled
from model.learning.optimise import (
    let_learn,
    momentum_of,
    optimiser_for,
    restore_momentum,
    seed_step,
    take_step,
)
from model.learning.processes import Processes
from model.learning.recipe import Recipe, learning_rate
from model.learning.runfiles import STATE, Position, RunLog, State, load_state, save_state
from model.learning.start import OnProgress, Options, Progress, Stop

Rows = Sequence[Sequence[int]]
_log = logging.getLogger(__name__)


class Task(Protocol):
    """What is learned. `network` is what learns; its state is what a run saves."""

    @property
    def network(self) -> nn.Module: ...

    def batches(self, epoch: int, rows: Rows) -> Iterator[Sequence[Tensor]]:
        """The tensors of each step, for the example numbers of each step."""
        ...

    def loss(self, module: nn.Module, batch: Sequence[Tensor]) -> Tensor:
        """The loss of one step's tensors; `module` is `network`, maybe wrapped."""
        ...


@dataclass(slots=True)
class Loop:
    """A task on its way. `identity` is what must be equal for a run to be resumed."""

    task: Task
    examples: int
    folder: Path
    recipe: Recipe
    options: Options
    team: Processes
    identity: Mapping[str, Any]
    module: nn.Module
    optimiser: torch.optim.SGD
    log: RunLog | None = None
    stop: Stop | None = None
    saved_at: float = 0.0
    step_s: float = 0.0


def run_epochs(
    task: Task,
    examples: int,
    folder: Path,
    *,
    recipe: Recipe,
    options: Options,
    team: Processes,
    identity: Mapping[str, Any],
    on_progress: OnProgress | None = None,
    after_epoch: Callable[[int], Mapping[str, float]] | None = None,
    stop: Stop | None = None,
) -> None:
    """Trains `task.network`, which lies on the team's device, for the recipe's epochs.

    Goes on from the state in `folder`, where there is one. What `after_epoch` returns goes into
    the log. Raises what `take_step` and `save_state` raise, whatever `on_progress` does, and
    `Cancelled` once `stop` says so in one of the processes.
    """
    weights = let_learn(task.network, recipe)
    loop = Loop(
        task=task,
        examples=examples,
        folder=folder,
        recipe=recipe,
        options=options,
        team=team,
        identity={**identity, "number of processes": team.count},
        module=_shared(task.network, team),
        optimiser=optimiser_for(weights, recipe),
        stop=stop,
        saved_at=time.monotonic(),
    )
    at = _resumed(loop) if (folder / STATE).exists() else Position()
    loop.log = RunLog(folder, at) if team.first else None
    for epoch in range(at.epoch, recipe.epochs):
        _one_epoch(loop, epoch, at.step if epoch == at.epoch else 0, on_progress)
        if after_epoch is not None:
            _look_back(loop, epoch, after_epoch)
        _save(loop, Position(epoch + 1))


def _shared(network: nn.Module, team: Processes) -> nn.Module:
    """What makes all processes step by the mean of their gradients."""
    if not team.several:
        return network
    gpu = [team.device.index] if team.device.type == "cuda" else None
    return DistributedDataParallel(network, device_ids=gpu)


def _resumed(loop: Loop) -> Position:
    state = load_state(loop.folder, loop.identity)
    loop.task.network.load_state_dict(dict(state.network))
    restore_momentum(loop.optimiser, state.momentum)
    _log.info("The run in %s goes on at epoch %d.", loop.folder, state.at.epoch + 1)
    return state.at


def _one_epoch(loop: Loop, epoch: int, first: int, on_progress: OnProgress | None) -> None:
    rows = _rows(loop, epoch)
    let_learn(loop.task.network, loop.recipe)
    began = time.monotonic()
    for step, batch in enumerate(loop.task.batches(epoch, rows[first:]), start=first):
        loss, rate = _one_step(loop, epoch, step, len(rows), batch)
        loop.step_s = (time.monotonic() - began) / (step - first + 1)
        report = _progress(loop, epoch, step, len(rows), loss, rate)
        if loop.log is not None:
            loop.log.write({**asdict(report), "epoch": epoch, "step": step + 1})
        if on_progress is not None and loop.team.first:
            on_progress(report)
        stopping = _stopping(loop)
        if stopping or time.monotonic() - loop.saved_at >= loop.options.save_every_s:
            _save(loop, Position(epoch, step + 1))
        if stopping:
            raise Cancelled(f"Stopped as asked; the run in {loop.folder} can be resumed.")


def _look_back(loop: Loop, epoch: int, after_epoch: Callable[[int], Mapping[str, float]]) -> None:
    """Checks what was learned; saved before, since that may take long and be stopped."""
    steps = len(_rows(loop, epoch))
    _save(loop, Position(epoch, steps))
    figures = after_epoch(epoch)
    if loop.log is not None and figures:
        loop.log.write({"epoch": epoch, "step": steps, "check": dict(figures)})


def _stopping(loop: Loop) -> bool:
    return loop.stop is not None and loop.team.any(loop.stop())


def _rows(loop: Loop, epoch: int) -> list[list[int]]:
    """The example numbers of each step of this process, shuffled by seed and epoch."""
    numbers: Any = range(loop.examples)
    order: DistributedSampler[int] = DistributedSampler(
        numbers, loop.team.count, loop.team.rank, seed=loop.options.seed
    )
    order.set_epoch(epoch)
    mine = list(order)
    size = loop.recipe.batch_size
    return [mine[i : i + size] for i in range(0, len(mine), size)]


def _one_step(
    loop: Loop, epoch: int, step: int, steps: int, batch: Sequence[Tensor]
) -> tuple[float, float]:
    seed_step(loop.options.seed, epoch, step, loop.team.rank)
    clips = loop.recipe.batch_size * loop.team.count
    rate = learning_rate(loop.recipe, epoch + step / steps, clips)
    placed = [tensor.to(loop.team.device, non_blocking=True) for tensor in batch]
    loss = take_step(
        loop.optimiser,
        lambda: loop.task.loss(loop.module, placed),
        rate=rate,
        clip_norm=loop.recipe.clip_norm,
    )
    return loss, rate


def _progress(loop: Loop, epoch: int, step: int, steps: int, loss: float, rate: float) -> Progress:
    epochs = loop.recipe.epochs
    left = (epochs - epoch) * steps - step - 1
    return Progress(epoch + 1, epochs, step + 1, steps, loss, rate, left * loop.step_s)


def _save(loop: Loop, at: Position) -> None:
    loop.saved_at = time.monotonic()
    if loop.team.first:
        state = State(
            loop.identity, at, loop.task.network.state_dict(), momentum_of(loop.optimiser)
        )
        save_state(loop.folder, state)
