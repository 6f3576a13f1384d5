"""Getting models and choosing the one that answers: list, download, import, use."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.workflow.errors import UnknownModel
from app.workflow.library import Models
from app.workflow.model_files import EMBEDDED
from model.errors import CheckpointError
from model.weights import catalogue, checkpoint
from model.weights.download import OnBytes
from model.weights.fetching import fetch
from model.weights.importing import ImportRequest, import_checkpoint
from model.weights.labels import read_labels

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model that is here or can be had. `path` is None for one that is not here.

    `reported_top1` and `reported_top5` are percent, as published by its authors.
    """

    name: str
    arch: str
    path: str | None
    active: bool
    reported_top1: float | None
    reported_top5: float | None
    note: str

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return asdict(self)


def list_all(models: Models) -> list[ModelRow]:
    """The models of this machine first, then those that can be downloaded."""
    published = {entry.name: entry for entry in catalogue.entries()}
    active = models.active_path()
    here = models.installed()
    rows = [_installed(name, path, published.get(name), active) for name, path in here.items()]
    rows += [
        ModelRow(entry.name, entry.arch, None, False, entry.top1, entry.top5, entry.note)
        for entry in published.values()
        if entry.name not in here
    ]
    return rows


def download(models: Models, name: str, *, on_progress: OnBytes) -> Path:
    """Fetches a published model and imports it. Raises `DownloadError`, `CheckpointError`."""
    entry = catalogue.mirrored(catalogue.find(name), models.preferences.mirror)
    target = _target(models, entry.name)
    downloads = models.folder / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    fetch(entry, target, downloads=downloads, on_progress=on_progress)
    return target


def import_file(
    models: Models,
    file: Path,
    *,
    name: str,
    arch: str,
    normalisation: str,
    labels: Path | None,
) -> Path:
    """Imports a checkpoint under a name. Raises `CheckpointError`; nothing is left behind then."""
    target = _target(models, name)
    if not file.is_file():
        raise CheckpointError(f"There is no file {file}.")
    request = ImportRequest(
        name=name,
        normalisation=catalogue.NORMALISATIONS[normalisation],
        arch=arch,
        labels=read_labels(labels) if labels is not None else None,
        origin=f"imported from {file.name}",
    )
    models.folder.mkdir(parents=True, exist_ok=True)
    import_checkpoint(file, target, request)
    return target


def _installed(name: str, path: Path, entry: catalogue.Entry | None, active: Path) -> ModelRow:
    try:
        arch, note = checkpoint.read_spec(path).arch, entry.note if entry else ""
    except CheckpointError as error:
        arch, note = "unreadable", str(error)
    top1, top5 = (entry.top1, entry.top5) if entry else (None, None)
    return ModelRow(name, arch, str(path), path == active, top1, top5, note)


def _target(models: Models, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise UnknownModel(
            "A model's name consists of letters, digits, dots, dashes and underscores."
        )
    if name == EMBEDDED:
        raise UnknownModel("The name default belongs to the embedded model; choose another.")
    return models.folder / f"{name}.safetensors"
