"""Brings a foreign checkpoint into this program's format, once and safely, and back out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from model.errors import CheckpointError
from model.weights import checkpoint
from model.weights.csn_names import (
    describe,
    from_mmaction2,
    from_pytorchvideo,
    is_pytorchvideo,
    to_mmaction2,
)
from model.weights.labels import kinetics400
from model.weights.pth import read_pth
from model.weights.spec import ModelSpec, Normalisation


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What the file itself does not say.

    `arch` may be left out: the weights tell it. Without `labels` the names are those of
    Kinetics-400 if there are 400 classes, and otherwise "class 0", "class 1" and so on.
    """

    name: str
    normalisation: Normalisation
    arch: str | None = None
    labels: tuple[str, ...] | None = None
    origin: str = ""
    licence: str = ""


def import_checkpoint(source: Path, target: Path, request: ImportRequest) -> str:
    """Reads an MMAction2 or pytorchvideo `.pth` of the CSN family, or a checkpoint of this program,
    and writes it to `target` in this program's format. Returns the SHA-256 of what was written.

    Raises `CheckpointError` if the file is damaged or unsafe, of another architecture than asked
    for, or has another number of classes than labels.
    """
    if source.suffix == ".safetensors":
        return _import_own(source, target, request)
    tensors = _named(read_pth(source), source)
    spec = _spec(tensors, request)
    return checkpoint.save(target, spec, tensors)


def export_mmaction2(source: Path, target: Path) -> None:
    """Writes a CSN checkpoint of this program as a `.pth` that MMAction2 loads.

    Raises `CheckpointError` if it is damaged or its network does not exist there.
    """
    loaded = checkpoint.load(source)
    if "csn" not in loaded.spec.arch:
        raise CheckpointError(
            f"{loaded.spec.name} is a {loaded.spec.arch}, which MMAction2 does not have; "
            "only networks of the CSN family can be exported for it."
        )
    state = to_mmaction2(loaded.network.state_dict())
    torch.save({"meta": {"CLASSES": loaded.spec.labels}, "state_dict": state}, target)


def _import_own(source: Path, target: Path, request: ImportRequest) -> str:
    """What it says of itself is kept, but for the name and, if asked for, the labels."""
    spec, tensors, _ = checkpoint.read(source)
    if request.arch not in (None, spec.arch):
        raise _other_arch(source.name, spec.arch, request.arch)
    labels = request.labels or spec.labels
    labels = _checked(labels, len(spec.labels), request.name)
    return checkpoint.save(target, replace(spec, name=request.name, labels=labels), tensors)


def _named(tensors: Mapping[str, Tensor], source: Path) -> dict[str, Tensor]:
    """The weights under this program's names, complete and finite."""
    rename = from_pytorchvideo if is_pytorchvideo(tensors) else from_mmaction2
    named = rename(tensors)
    if "head.weight" not in named:
        raise CheckpointError(
            f"{source.name} has no classifier that is known here. Files that hold only a "
            "pretrained backbone, or another kind of network, cannot answer for a video."
        )
    for name, tensor in named.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise CheckpointError(
                f"{source.name} is damaged: {name} holds values that are not finite."
            )
    return named


def _spec(tensors: Mapping[str, Tensor], request: ImportRequest) -> ModelSpec:
    arch, width = describe(tensors)
    if arch is None:
        raise CheckpointError(
            f"The weights of {request.name} are of no network that is known here; it should be "
            "ir-CSN or ip-CSN with 26, 50, 101 or 152 layers."
        )
    if request.arch not in (None, arch):
        raise _other_arch(request.name, arch, request.arch)
    classes = len(tensors["head.weight"])
    return ModelSpec(
        name=request.name,
        arch=arch,
        labels=_labels(request, classes),
        normalisation=request.normalisation,
        options={} if width == 100 else {"width": width},
        origin=request.origin,
        licence=request.licence,
    )


def _labels(request: ImportRequest, classes: int) -> tuple[str, ...]:
    if request.labels is not None:
        return _checked(request.labels, classes, request.name)
    known = kinetics400()
    if classes == len(known):
        return known
    return tuple(f"class {index}" for index in range(classes))


def _checked(labels: tuple[str, ...], classes: int, name: str) -> tuple[str, ...]:
    if len(labels) != classes:
        raise CheckpointError(
            f"The weights of {name} know {classes} classes, but the label file names "
            f"{len(labels)}; give the list that they were trained with."
        )
    return labels


def _other_arch(name: str, found: str, asked: str | None) -> CheckpointError:
    return CheckpointError(
        f"The weights of {name} are those of {found}, not of {asked}; say {found} instead."
    )
