"""The optimisation itself: what learns, one step, and when chance must be the same again."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from model.learning.errors import LearningError
from model.learning.optimisers import Descent
from model.learning.recipe import Recipe

Loss = Callable[[], Tensor]


def let_learn(network: nn.Module, recipe: Recipe) -> list[nn.Parameter]:
    """Puts a network into training mode and returns the weights that learn.

    With `frozen_norm` every batch norm stays as it is: evaluation mode, no gradient.
    """
    network.train().requires_grad_(True)
    if recipe.frozen_norm:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm3d):
                module.eval().requires_grad_(False)
    return [weight for weight in network.parameters() if weight.requires_grad]


def optimiser_for(weights: list[nn.Parameter], recipe: Recipe) -> torch.optim.SGD:
    """SGD with momentum and weight decay; the rate is set before each step."""
    return Descent(
        weights, lr=recipe.lr, momentum=recipe.momentum, weight_decay=recipe.weight_decay
    )


def take_step(optimiser: torch.optim.SGD, loss_of: Loss, *, rate: float, clip_norm: float) -> float:
    """One step down the loss that `loss_of` computes; returns that loss.

    The norm of all gradients together is cut to `clip_norm`. Raises `LearningError` if the loss is
    not a number.
    """
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.zero_grad(set_to_none=True)
    loss = loss_of()
    value = float(loss.detach())
    if not math.isfinite(value):
        raise LearningError(
            "The training ran off: the loss is no longer a number. Start again with a lower "
            "learning rate; all earlier versions are untouched."
        )
    loss.backward()  # type: ignore[no-untyped-call]
    learning = [weight for group in optimiser.param_groups for weight in group["params"]]
    nn.utils.clip_grad_norm_(learning, clip_norm)
    optimiser.step()
    return value


def seed_step(seed: int, *place: int) -> None:
    """Makes the chance inside the network (dropout) depend on the place in the run alone."""
    digest = hashlib.sha256(repr((seed, *place)).encode()).digest()
    torch.manual_seed(int.from_bytes(digest[:7], "big"))


@contextmanager
def reproducible(on: bool) -> Iterator[None]:
    """While it is on, only algorithms that give the same bits every time are used.

    On one machine with the same number of threads. Raises `RuntimeError` inside, from PyTorch,
    for an operation that has none.
    """
    before = torch.are_deterministic_algorithms_enabled()
    benchmark = torch.backends.cudnn.benchmark
    torch.use_deterministic_algorithms(on or before)
    torch.backends.cudnn.benchmark = benchmark and not on
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
        torch.backends.cudnn.benchmark = benchmark


def momentum_of(optimiser: torch.optim.SGD) -> dict[int, Tensor]:
    """The buffers by the number of their weight; none before the first step."""
    found = optimiser.state_dict()["state"]
    return {int(number): entry["momentum_buffer"] for number, entry in found.items()}


def restore_momentum(optimiser: torch.optim.SGD, buffers: Mapping[int, Tensor]) -> None:
    """Puts the buffers back."""
    state = optimiser.state_dict()
    state["state"] = {n: {"momentum_buffer": buffer} for n, buffer in buffers.items()}
    optimiser.load_state_dict(state)
