"""The frozen training set: which video has which label, on which side of the split, by which event.

The list that is frozen when somebody starts a teaching says the split as it was decided until then.
Teaching decides about the rest and freezes that again: this second list belongs to the version, and
its SHA-256 names exactly what the version learned from (`train`) and was checked on (`val`). Older
lists have no group and a split by hash alone, which is not always what was learned from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storage import documents
from storage.errors import DamagedError, NotFoundError
from storage.exchange.rows import LabelledVideo, labelled_videos
from storage.files import write_whole
from storage.records import effective
from storage.records.effective import AsOf
from storage.records.splits import Side, SplitRecord
from storage.tables import CurrentVideo, Label, LabelEvent, Split, Video


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One training example. `index` and `label` as they were then; the span in seconds, or None.

    `split` is None as long as no teaching has decided; `group` is shared by videos that show the
    same thing, and "" until then.
    """

    sha256: str
    uri: str
    label: str
    index: int
    split: Side | None
    start_s: float | None
    end_s: float | None
    verdict: str
    annotator: str
    event_id: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A frozen set. `as_of` is the last event that was looked at, `sha256` that of `content`."""

    entries: tuple[ManifestEntry, ...]
    as_of: int
    content: bytes
    sha256: str


def freeze(session: Session, *, as_of: AsOf = None) -> Manifest:
    """The labels that count as of this moment, in the order of the videos' hashes.

    Videos about which people disagree are left out. The split is that of now.
    """
    return of(entries(session, as_of=as_of), as_of=effective.resolved(session, as_of))


def of(chosen: Iterable[ManifestEntry], *, as_of: int) -> Manifest:
    """These entries as a frozen set; the same entries give the same bytes."""
    found = tuple(chosen)
    content = b"".join(map(line, found))
    return Manifest(found, as_of, content, hashlib.sha256(content).hexdigest())


def with_split(entry: ManifestEntry, decided: SplitRecord | None) -> ManifestEntry:
    """The entry as a teaching used it; None: it did not."""
    if decided is None:
        return replace(entry, split=None, group="")
    return replace(entry, split=decided.split, group=decided.group)


def entries(session: Session, *, as_of: AsOf = None) -> Iterator[ManifestEntry]:
    """What `freeze` puts into the set, one by one."""
    if as_of is None:
        statement = _named().order_by(Video.sha256)
        return (_of_row(row) for row in session.execute(statement))
    past = (_of_video(row) for row in labelled_videos(session, as_of=as_of))
    return iter(sorted(filter(None, past), key=lambda entry: entry.sha256))


def newest(session: Session, *, limit: int) -> tuple[ManifestEntry, ...]:
    """Those of the videos that were named last, the latest first."""
    statement = _named().order_by(CurrentVideo.latest_id.desc()).limit(limit)
    return tuple(_of_row(row) for row in session.execute(statement))


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
            Split.split,
            Split.group_name,
        )
        .select_from(CurrentVideo)
        .join(Video, Video.id == CurrentVideo.video_id)
        .join(LabelEvent, LabelEvent.id == CurrentVideo.deciding_id)
        .join(Label, Label.id == LabelEvent.label_id)
        .outerjoin(Split, Split.video_id == CurrentVideo.video_id)
        .where(CurrentVideo.state == "labelled")
    )


def _of_row(row: Any) -> ManifestEntry:
    sha256, uri, label, index, start_s, end_s, verdict, annotator, event_id, split, group = row
    return ManifestEntry(
        sha256, uri, label, index, split, start_s, end_s, verdict, annotator, event_id, group or ""
    )


def _of_video(row: LabelledVideo) -> ManifestEntry | None:
    one = row.usable
    if one is None or one.label is None or one.label_index is None:
        return None
    return ManifestEntry(
        sha256=row.video.sha256,
        uri=row.video.uri,
        label=one.label,
        index=one.label_index,
        split=row.split,
        start_s=one.start_s,
        end_s=one.end_s,
        verdict=one.verdict or "",
        annotator=one.annotator,
        event_id=one.id,
        group=row.group,
    )


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
