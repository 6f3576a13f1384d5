"""The same model with other labels or more features; for its old classes it answers as before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from model.errors import CheckpointError
from model.learning.start import Start
from model.network.staged import StagedNetwork
from model.weights.build import build
from model.weights.checkpoint import LoadedCheckpoint, assemble
from model.weights.spec import ModelSpec

HEAD_STD = 0.01  # of a new class's random weights


def from_scratch(spec: ModelSpec, seed: int) -> Start:
    """Random weights, the same for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Start(spec, build(spec))


def from_checkpoint(spec: ModelSpec, checkpoint: LoadedCheckpoint, *, seed: int = 0) -> Start:
    """The checkpoint's weights in the network of `spec`, whose labels may be others.

    A label that both know keeps its row of the head; any other begins with small random weights.
    Raises `CheckpointError` if the architectures differ.
    """
    check_architecture(spec, checkpoint)
    network = with_labels(checkpoint, spec.labels, std=HEAD_STD, seed=seed)
    return Start(spec, network, checkpoint.sha256)


def check_architecture(spec: ModelSpec, checkpoint: LoadedCheckpoint) -> None:
    """Raises `CheckpointError` unless the checkpoint is of the architecture of `spec`."""
    old = checkpoint.spec
    if (old.arch, dict(old.options)) != (spec.arch, dict(spec.options)):
        raise CheckpointError(
            f"The checkpoint {old.name} is of the architecture {old.described()}, but {spec.name} "
            f"is {spec.described()}: choose a checkpoint of the same architecture."
        )


def with_labels(
    checkpoint: LoadedCheckpoint, labels: Sequence[str], *, std: float = 0.0, seed: int = 0
) -> StagedNetwork:
    """A copy of the network whose head has these labels; rows are matched by name.

    New rows are drawn with standard deviation `std`, their biases are 0.
    """
    state = dict(checkpoint.network.state_dict())
    rows = {label: row for row, label in enumerate(checkpoint.spec.labels)}
    chance = torch.Generator().manual_seed(seed)
    weight, bias = state["head.weight"], state["head.bias"]
    new_weight = torch.randn(len(labels), weight.shape[1], generator=chance) * std
    new_bias = torch.zeros(len(labels))
    for row, label in enumerate(labels):
        if label in rows:
            new_weight[row], new_bias[row] = weight[rows[label]], bias[rows[label]]
    state["head.weight"], state["head.bias"] = new_weight, new_bias
    return assemble(replace(checkpoint.spec, labels=tuple(labels)), _copied(state))


def with_joined(checkpoint: LoadedCheckpoint, joined: int) -> LoadedCheckpoint:
    """The same model whose last `joined` layers all make up the features.

    What is added has weight 0 for every class, so all answers stay the same. A checkpoint that
    joins as many already is returned as it is.
    """
    if checkpoint.spec.options.get("joined", 1) >= joined:
        return checkpoint
    spec = replace(checkpoint.spec, options={**checkpoint.spec.options, "joined": joined})
    state = dict(checkpoint.network.state_dict())
    with torch.device("meta"):
        channels = build(spec).head.in_features
    more = channels - state["head.weight"].shape[1]
    state["head.weight"] = torch.nn.functional.pad(state["head.weight"], (0, more))
    return LoadedCheckpoint(spec, checkpoint.sha256, assemble(spec, _copied(state)))


def _copied(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.detach().cpu().clone() for name, tensor in state.items()}
