"""The bits of PyTorch's own optimisers, and a process that learns without loading its compiler."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import torch
from torch import Tensor
from torch.optim import LBFGS, SGD

from model.learning.optimisers import Descent, QuasiNewton


def learn(kind: type[SGD]) -> list[Tensor]:
    """Weights and momentum after some steps, over a state that was put away and back."""
    torch.manual_seed(0)
    weights = [torch.nn.Parameter(torch.randn(5, 7)), torch.nn.Parameter(torch.randn(3))]
    optimiser = kind(weights, lr=0.1, momentum=0.9, weight_decay=1e-3)
    for _ in range(6):
        optimiser.zero_grad(set_to_none=True)
        loss = weights[0].square().sum() + weights[1].exp().sum()
        loss.backward()
        optimiser.step()
        optimiser.load_state_dict(optimiser.state_dict())
    state = optimiser.state_dict()["state"]
    return [*weights, *(entry["momentum_buffer"] for entry in state.values())]


def minimise(kind: type[LBFGS]) -> list[Tensor]:
    torch.manual_seed(0)
    weights = torch.nn.Parameter(torch.randn(5, 7, dtype=torch.float64))
    optimiser = kind([weights], max_iter=9, history_size=5, line_search_fn="strong_wolfe")

    def again() -> float:
        optimiser.zero_grad()
        loss = (weights.pow(4) - weights).sum()
        loss.backward()
        return float(loss.detach())

    for _ in range(3):
        optimiser.step(again)
    return [weights]


def test_descent_gives_the_bits_of_pytorchs_own() -> None:
    for mine, theirs in zip(learn(Descent), learn(SGD), strict=True):
        assert torch.equal(mine, theirs)


def test_quasi_newton_gives_the_bits_of_pytorchs_own() -> None:
    for mine, theirs in zip(minimise(QuasiNewton), minimise(LBFGS), strict=True):
        assert torch.equal(mine, theirs)


STEPS = """
import sys, torch
from torch.optim import SGD
from model.learning.optimisers import Descent, QuasiNewton

def loads_it(kind):
    weights = torch.nn.Parameter(torch.ones(3))
    optimiser = kind([weights], lr=0.1)
    def again():
        optimiser.zero_grad()
        loss = weights.square().sum()
        loss.backward()
        return loss
    optimiser.step(again)
    assert float(weights.detach()[0]) != 1.0
    return "torch._dynamo" in sys.modules

print(loads_it(Descent), loads_it(QuasiNewton), loads_it(SGD))
"""


def test_a_step_loads_no_compiler_where_pytorchs_own_does() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STEPS],
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "False", "True"]
