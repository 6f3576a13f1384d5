"""Converted networks on disk: written whole or not at all, and checked before they are used."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)

_GRAPH, _WEIGHTS, _SUMS = "network.xml", "network.bin", "sums.json"


class ConvertedFiles:
    """One folder for each size of clip: graph, weights and the SHA-256 of both.

    `folder` belongs to one version of the converter, `key` to one network with its weights.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key

    def place(self, size: tuple[int, int, int]) -> Path:
        """Where the network for clips of size (T, H, W) is or would be kept."""
        return self._folder / f"{self._key}-{'x'.join(map(str, size))}"

    def read(self, size: tuple[int, int, int], core: Any) -> Any | None:
        """The network as `core` reads it; None if it is not there or not as it was written."""
        place = self.place(size)
        if not place.is_dir():
            return None
        try:
            intact = json.loads((place / _SUMS).read_text()) == _sums(place)
        except (OSError, ValueError):
            intact = False
        if not intact:
            _log.warning("The converted network in %s is damaged and will be made anew.", place)
            shutil.rmtree(place)
            return None
        return core.read_model(place / _GRAPH)

    def write(self, size: tuple[int, int, int], network: Any, save: Callable[..., None]) -> None:
        """Writes beside the final place, then renames: a crash leaves nothing half-written."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=self._folder))
        try:
            save(network, draft / _GRAPH, compress_to_fp16=False)
            (draft / _SUMS).write_text(json.dumps(_sums(draft)))
            for name in (_GRAPH, _WEIGHTS, _SUMS):
                _flush(draft / name)
            _rename_unless_there(draft, self.place(size))
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _rename_unless_there(draft: Path, place: Path) -> None:
    """Another process may have converted the same network meanwhile; its files are as good."""
    try:
        draft.rename(place)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise


def _sums(folder: Path) -> dict[str, str]:
    return {name: _sha256(folder / name) for name in (_GRAPH, _WEIGHTS)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
