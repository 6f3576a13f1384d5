"""What a student begins with: its teacher cut down, or random weights under its teacher's head."""

from __future__ import annotations

import re
from dataclasses import replace

import torch

from model.errors import CheckpointError
from model.learning.start import Start
from model.weights.build import RANK, STEM_RANK, build
from model.weights.checkpoint import LoadedCheckpoint, assemble
from model.weights.separation import separate_network
from model.weights.spec import ModelSpec

SEPARATED = re.compile(r"separated-i3d-b([0-9]{1,2})(?:-s([0-9]{1,3}))?")
CSN = re.compile(r"((?:ir|ip)csn-r[0-9]{1,3})(?:-(half|w[0-9]{1,3}))?")
DENSE = "i3d"
HALF = 50  # percent of the width: with 1024 features, as many as the I3D has


def named_student(name: str, teacher: LoadedCheckpoint, like: ModelSpec, *, seed: int) -> Start:
    """The student of that name, fed like the spec `like` says, with its teacher's labels.

    `separated-i3d-bN-sK`: the dense teacher with N filters for each channel of its 3x3x3
    convolutions and K pictures in a stem of two steps (by default its 7x7x7 stays).
    `ircsn-r26-half`, `ipcsn-r50`, `ircsn-r26-w25`: a channel-separated ResNet of that depth and
    width (half, or percent) with random weights; it takes its teacher's head where it has as many
    features. Raises `CheckpointError` for any other name, or if the teacher is not dense.
    """
    if separated := SEPARATED.fullmatch(name):
        stem = int(separated[2]) if separated[2] else None
        return _separated(int(separated[1]), stem, teacher, like)
    if csn := CSN.fullmatch(name):
        width = {None: 100, "half": HALF}.get(csn[2]) or int(csn[2][1:])
        return _random(csn[1], width, teacher, like, seed)
    raise CheckpointError(
        f"There is no student called {name!r}: name a model that is here, a weight file, "
        "separated-i3d-b8-s16 or ircsn-r26-half."
    )


def _separated(filters: int, stem: int | None, teacher: LoadedCheckpoint, like: ModelSpec) -> Start:
    if teacher.spec.arch != DENSE:
        raise CheckpointError(
            f"Only an I3D that is not separated yet can be separated, and {teacher.spec.name} is "
            f"{teacher.spec.described()}: choose another teacher, or a student that is here."
        )
    if not 1 <= filters <= RANK:
        raise CheckpointError(f"A channel can have 1 to {RANK} filters, not {filters}.")
    if stem is not None and not 1 <= stem <= STEM_RANK:
        raise CheckpointError(f"The stem can have 1 to {STEM_RANK} pictures, not {stem}.")
    options = {"filters": filters} | ({"stem": stem} if stem else {})
    spec = _described(like, teacher, "separated-i3d", options)
    with torch.inference_mode():
        state = separate_network(teacher.network.state_dict(), filters, stem=stem or 0)
    return Start(spec, assemble(spec, {name: tensor.clone() for name, tensor in state.items()}))


def _random(arch: str, width: int, teacher: LoadedCheckpoint, like: ModelSpec, seed: int) -> Start:
    spec = _described(like, teacher, arch, {"width": width})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = build(spec)
    if network.head.weight.shape == teacher.network.head.weight.shape:
        network.head.load_state_dict(teacher.network.head.state_dict())
    return Start(spec, network)


def _described(
    like: ModelSpec, teacher: LoadedCheckpoint, arch: str, options: dict[str, int]
) -> ModelSpec:
    return replace(
        like,
        arch=arch,
        options=options,
        labels=teacher.spec.labels,
        normalisation=teacher.spec.normalisation,
        licence=teacher.spec.licence,
        calibration=None,
    )
