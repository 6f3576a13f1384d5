"""Videos: one row for one sequence of bytes, whatever the file was called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from storage import documents
from storage.errors import InvalidError, NotFoundError
from storage.records import current
from storage.records.upserts import insert_new, take_turns
from storage.tables import Video
from storage.text import one_line, search_key, storable

LONGEST_NAME = 255  # what file systems allow
FILES = 6_203_118_442  # any number of our own, for PostgreSQL: who adds or removes files


@dataclass(frozen=True, slots=True)
class NewVideo:
    """What is known about a file before it has a row. `uri` and `sha256` as `MediaStore` gave them.

    Width and height in pixels as displayed. `pts_offset_s` is the time stamp of the first frame.
    `details` is free JSON for what the probe found.
    """

    sha256: str
    uri: str
    size: int
    name: str
    duration_s: float
    fps: float
    width: int
    height: int
    pts_offset_s: float = 0.0
    details: Mapping[str, Any] = field(default_factory=dict)
    uploaded_by: str = ""

    def __post_init__(self) -> None:
        if len(self.sha256) != 64 or set(self.sha256) - set("0123456789abcdef"):
            raise InvalidError("A video needs the SHA-256 of its bytes, as 64 lower-case digits.")


@dataclass(frozen=True, slots=True)
class VideoRecord:
    """A stored video. `proxy_uri` is None while there is no browser-safe copy beside it."""

    id: int
    sha256: str
    uri: str
    size: int
    proxy_uri: str | None
    name: str
    duration_s: float
    fps: float
    width: int
    height: int
    pts_offset_s: float
    details: Mapping[str, Any]
    uploaded_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AddedVideo:
    """The row of an upload. `created` is False if these bytes were known already."""

    video: VideoRecord
    created: bool
    given_name: str

    @property
    def renamed(self) -> bool:
        """Whether the bytes were known under another name, which the row keeps."""
        return self.given_name != self.video.name


def add(session: Session, *, video: NewVideo) -> AddedVideo:
    """The row of these bytes, made if there is none. Raises `InvalidError` for an empty name."""
    name = one_line(video.name, what="The video's name", longest=LONGEST_NAME)
    take_turns(session, FILES)  # with whoever removes the files of a deleted video
    created = insert_new(
        session,
        Video,
        {
            "sha256": video.sha256,
            "uri": video.uri,
            "size": video.size,
            "name": name,
            "name_key": search_key(name),
            "duration_s": video.duration_s,
            "fps": video.fps,
            "width": video.width,
            "height": video.height,
            "pts_offset_s": video.pts_offset_s,
            "details": documents.plain(video.details),
            "uploaded_by": storable(video.uploaded_by).strip(),
        },
    )
    row = _one(session, Video.sha256 == video.sha256)
    if created is not None:
        current.refresh(session, video_id=row.id)
    return AddedVideo(video=row, created=created is not None, given_name=name)


def get(session: Session, *, video_id: int) -> VideoRecord:
    """The video with this number. Raises `NotFoundError`."""
    return _one(session, Video.id == video_id)


def find(session: Session, *, sha256: str) -> VideoRecord | None:
    """The video with these bytes, or None."""
    found = session.scalar(select(Video).where(Video.sha256 == sha256))
    return None if found is None else record(found)


def those_here(session: Session, *, video_ids: Sequence[int]) -> tuple[int, ...]:
    """Those of these numbers that are videos."""
    return tuple(session.scalars(select(Video.id).where(Video.id.in_(video_ids))))


def uris(session: Session) -> frozenset[str]:
    """Where all videos are kept, as `MediaStore.sweep` wants to know before it deletes the rest."""
    return frozenset(session.scalars(select(Video.uri)))


def is_free(session: Session, *, sha256: str) -> bool:
    """Whether no video has these bytes, and none will get them while this session writes."""
    take_turns(session, FILES)
    return find(session, sha256=sha256) is None


def set_proxy(session: Session, *, video_id: int, proxy_uri: str | None) -> VideoRecord:
    """Notes where the browser-safe copy is. Raises `NotFoundError`."""
    session.execute(update(Video).where(Video.id == video_id).values(proxy_uri=proxy_uri))
    return get(session, video_id=video_id)


def record(row: Video) -> VideoRecord:
    """The record of an ORM row, for the queries of this package."""
    return VideoRecord(
        id=row.id,
        sha256=row.sha256,
        uri=row.uri,
        size=row.size,
        proxy_uri=row.proxy_uri,
        name=row.name,
        duration_s=row.duration_s,
        fps=row.fps,
        width=row.width,
        height=row.height,
        pts_offset_s=row.pts_offset_s,
        details=row.details,
        uploaded_by=row.uploaded_by,
        created_at=row.created_at,
    )


def _one(session: Session, condition: ColumnElement[bool]) -> VideoRecord:
    found = session.scalar(select(Video).where(condition))
    if found is None:
        raise NotFoundError("This video is not here (any more). Go back to the list of videos.")
    return record(found)
