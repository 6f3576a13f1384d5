"""The frozen training set: which video has which label, on which side of the split, by which event.

The same moment gives the same bytes, so its SHA-256 names exactly the corrections that a model
version learnt from.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy.orm import Session

from storage import documents, effective
from storage.effective import AsOf
from storage.errors import DamagedError, InvalidError, NotFoundError
from storage.exchange.rows import labelled_videos
from storage.files import write_whole

Split = Literal["train", "val"]
HOLDOUT = 0.2
HASH_RANGE = 16**8  # the first eight hexadecimal digits


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One training example. `index` and `label` as they were then; the span in seconds, or None."""

    sha256: str
    uri: str
    label: str
    index: int
    split: Split
    start_s: float | None
    end_s: float | None
    verdict: str
    annotator: str
    event_id: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A frozen set. `as_of` is the last event that was looked at, `sha256` that of `content`."""

    entries: tuple[ManifestEntry, ...]
    as_of: int
    content: bytes
    sha256: str


def freeze(session: Session, *, as_of: AsOf = None, holdout: float = HOLDOUT) -> Manifest:
    """The labels that count as of this moment, in the order of the videos' hashes.

    `holdout` is the share of videos, 0..1, that training must not see. Raises `InvalidError`.
    """
    if not 0 <= holdout <= 1:
        raise InvalidError("The share of videos kept for checking must lie between 0 and 1.")
    upto = effective.resolved(session, as_of)
    entries = [
        ManifestEntry(
            sha256=row.video.sha256,
            uri=row.video.uri,
            label=row.usable.label,
            index=row.usable.label_index,
            split=split_of(row.video.sha256, holdout=holdout),
            start_s=row.usable.start_s,
            end_s=row.usable.end_s,
            verdict=row.usable.verdict or "",
            annotator=row.usable.annotator,
            event_id=row.usable.id,
        )
        for row in labelled_videos(session, as_of=upto)
        if row.usable and row.usable.label is not None and row.usable.label_index is not None
    ]
    entries.sort(key=lambda entry: entry.sha256)
    content = "".join(documents.line(asdict(entry)) for entry in entries).encode()
    digest = hashlib.sha256(content).hexdigest()
    return Manifest(entries=tuple(entries), as_of=upto, content=content, sha256=digest)


def split_of(sha256: str, *, holdout: float = HOLDOUT) -> Split:
    """The side of a video, by its hash: it never moves from checking to training."""
    return "val" if int(sha256[:8], 16) < holdout * HASH_RANGE else "train"


def write(manifest: Manifest, path: Path) -> None:
    """Writes the lines, whole or not at all. Raises `NoSpaceError`."""
    write_whole(path, manifest.content)


def read(path: Path, *, sha256: str | None = None) -> tuple[ManifestEntry, ...]:
    """The entries of a manifest file; with `sha256`, only if it is exactly that one.

    Raises `NotFoundError`, and `DamagedError` naming both hashes or the broken line.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no training list at {path}.") from error
    found = hashlib.sha256(content).hexdigest()
    if sha256 is not None and found != sha256:
        raise DamagedError(f"{path} was changed: its hash is {found}, expected {sha256}.")
    return tuple(
        _entry(text, path, number)
        for number, text in enumerate(content.decode("utf-8", "replace").split("\n"), start=1)
        if text
    )


def _entry(text: str, path: Path, number: int) -> ManifestEntry:
    try:
        return ManifestEntry(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise DamagedError(f"Line {number} of {path} is not part of a training list.") from error
