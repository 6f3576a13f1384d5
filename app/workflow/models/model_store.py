"""Getting models: downloading a published one, importing a file."""

from __future__ import annotations

import re
from pathlib import Path

from app.workflow.errors import UnknownModel
from app.workflow.library import Models
from app.workflow.model_files import EMBEDDED
from model.errors import CheckpointError
from model.weights import catalogue
from model.weights.download import OnBytes
from model.weights.labels import read_labels

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def download(models: Models, name: str, *, on_progress: OnBytes) -> Path:
    """Fetches a published model and imports it. Raises `DownloadError`, `CheckpointError`."""
    from model.weights.fetching import fetch  # noqa: PLC0415  # brings PyTorch

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
    from model.weights.importing import ImportRequest, import_checkpoint  # noqa: PLC0415  # brings PyTorch

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


def _target(models: Models, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise UnknownModel(
            "A model's name consists of letters, digits, dots, dashes and underscores."
        )
    if name == EMBEDDED:
        raise UnknownModel("The name default belongs to the embedded model; choose another.")
    return models.folder / f"{name}.safetensors"
