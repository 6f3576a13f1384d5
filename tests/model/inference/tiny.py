"""A small real network, so that most tests take milliseconds."""

from __future__ import annotations

import torch
from torch import nn

from model.network.csn import CSN
from model.network.staged import StagedNetwork

TINY_SIZE = (32, 48, 48)


def tiny_network(seed: int = 0, classes: int = 7) -> StagedNetwork:
    """An ir-CSN-26 a sixteenth as wide, with batch norms that are not the identity."""
    torch.manual_seed(seed)
    network = CSN("ir", 26, classes, width=1 / 16)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.2)
    nn.init.normal_(network.head.weight, std=0.5)
    nn.init.normal_(network.head.bias)
    return network.eval().requires_grad_(False)
