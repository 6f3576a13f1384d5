"""A network so small that it can be saved and loaded a hundred times."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from model.weights.build import build
from model.weights.spec import IMAGENET, ModelSpec

TINY = ModelSpec(
    name="tiny",
    arch="ipcsn-r26",
    labels=("archery", 'say "hello"', "größer"),
    normalisation=IMAGENET,
    options={"width": 6},
    short_side=32,
    crop=32,
    clip_len=8,
    origin="made for a test",
    licence="none",
)


def lively_state(spec: ModelSpec) -> dict[str, Tensor]:
    """Random weights in which every batch norm does something."""
    torch.manual_seed(0)
    network = build(spec)
    for norm in network.modules():
        if isinstance(norm, nn.BatchNorm3d):
            assert norm.running_mean is not None
            assert norm.running_var is not None
            nn.init.normal_(norm.bias, std=0.1)
            nn.init.uniform_(norm.weight, 0.5, 1.0)
            nn.init.normal_(norm.running_mean, std=0.1)
            nn.init.uniform_(norm.running_var, 0.5, 1.5)
    return {name: tensor.detach() for name, tensor in network.state_dict().items()}
