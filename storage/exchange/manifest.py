"""The frozen training set: which video has which label, on which side of the split, by which event.

The same moment gives the same bytes, so its SHA-256 names exactly the corrections that a model
version learnt from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storage import documents
from storage.errors import DamagedError, InvalidError, NotFoundError
from storage.exchange.rows import LabelledVideo, labelled_videos
from storage.files import write_whole
from storage.records import effective
from storage.records.effective import AsOf
from storage.tables import CurrentVideo, Label, LabelEvent, Video

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

    Videos about which people disagree are left out.
    `holdout` is the share of videos, 0..1, that training must not see. Raises `InvalidError`.
    """
    if not 0 <= holdout <= 1:
        raise InvalidError("The share of videos kept for checking must lie between 0 and 1.")
    upto = effective.resolved(session, as_of)
    found = tuple(entries(session, as_of=as_of, holdout=holdout))
    content = b"".join(map(line, found))
    return Manifest(found, upto, content, hashlib.sha256(content).hexdigest())


def entries(
    session: Session, *, as_of: AsOf = None, holdout: float = HOLDOUT
) -> Iterator[ManifestEntry]:
    """What `freeze` puts into the set, one by one."""
    if as_of is None:
        statement = _named().order_by(Video.sha256)
        return (_of_row(row, holdout) for row in session.execute(statement))
    past = (_of_video(row, holdout) for row in labelled_videos(session, as_of=as_of))
    return iter(sorted(filter(None, past), key=lambda entry: entry.sha256))


def newest(session: Session, *, limit: int) -> tuple[ManifestEntry, ...]:
    """Those of the videos that were named last, the latest first."""
    statement = _named().order_by(CurrentVideo.latest_id.desc()).limit(limit)
    return tuple(_of_row(row, HOLDOUT) for row in session.execute(statement))


def line(entry: ManifestEntry) -> bytes:
    """An entry as a line of the file."""
    return documents.line(asdict(entry)).encode()


def _named() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Video.sha256,
            Video.uri,
            Label.name,
            Label.index,
            LabelEvent.start_s,
            LabelEvent.end_s,
            LabelEvent.verdict,
            LabelEvent.annotator,
            LabelEvent.id,
        )
        .select_from(CurrentVideo)
        .join(Video, Video.id == CurrentVideo.video_id)
        .join(LabelEvent, LabelEvent.id == CurrentVideo.deciding_id)
        .join(Label, Label.id == LabelEvent.label_id)
        .where(CurrentVideo.state == "labelled")
    )


def _of_row(row: Any, holdout: float) -> ManifestEntry:
    sha256, uri, label, index, start_s, end_s, verdict, annotator, event_id = row
    split = split_of(sha256, holdout=holdout)
    return ManifestEntry(
        sha256, uri, label, index, split, start_s, end_s, verdict, annotator, event_id
    )


def _of_video(row: LabelledVideo, holdout: float) -> ManifestEntry | None:
    one = row.usable
    if one is None or one.label is None or one.label_index is None:
        return None
    return ManifestEntry(
        sha256=row.video.sha256,
        uri=row.video.uri,
        label=one.label,
        index=one.label_index,
        split=split_of(row.video.sha256, holdout=holdout),
        start_s=one.start_s,
        end_s=one.end_s,
        verdict=one.verdict or "",
        annotator=one.annotator,
        event_id=one.id,
    )


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
