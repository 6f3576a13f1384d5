"""The weight files of this machine by name. Knows no database: training needs none."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.workflow.errors import UnknownModel
from model.weights import catalogue

EMBEDDED = "default"


def installed(folder: Path) -> dict[str, Path]:
    """Name and weight file of every model here, the embedded default first."""
    found = {EMBEDDED: catalogue.default_path()}
    if folder.is_dir():
        found |= {path.stem: path for path in sorted(folder.glob("*.safetensors"))}
    return found


def path_of(name: str, folder: Path) -> Path:
    """The weight file of a model, by name or as a path. Raises `UnknownModel`."""
    known = installed(folder)
    if name in known:
        return known[name]
    if name.endswith(".safetensors") and Path(name).is_file():
        return Path(name)
    if name.endswith(".pth"):
        raise UnknownModel(f"Import {name} first: python -m app models import {name} --help")
    listed = ", ".join(known)
    raise UnknownModel(f"There is no model called {name} here. There are: {listed}.")


class FileHashes:
    """The SHA-256 of files, each read once unless it changes. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, int, int], str] = {}

    def sha256(self, path: Path) -> str:
        """Hexadecimal. Raises `OSError` if the file cannot be read."""
        status = path.stat()
        key = path, status.st_mtime_ns, status.st_size
        if key not in self._known:
            with path.open("rb") as file:
                self._known[key] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._known[key]
