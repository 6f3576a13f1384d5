"""What a publisher would give out: ir-CSN-50 with random weights in MMAction2's form and names."""

from __future__ import annotations

from pathlib import Path

import torch

from model.weights.build import build
from model.weights.csn_names import to_mmaction2
from model.weights.labels import kinetics400
from model.weights.spec import IMAGENET, ModelSpec

UNCHECKED = "ircsn_bnfrozen_r50_32x2x1_180e_kinetics400_rgb"  # nobody published its hash


def published_file(folder: Path) -> bytes:
    """The file's content; it fits the catalogue's entry `UNCHECKED`."""
    torch.manual_seed(0)
    network = build(ModelSpec(UNCHECKED, "ircsn-r50", kinetics400(), IMAGENET))
    path = folder / "published.pth"
    torch.save({"meta": {"epoch": 1}, "state_dict": to_mmaction2(network.state_dict())}, path)
    return path.read_bytes()
