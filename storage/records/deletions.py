"""Deleting a video: its rows go, and that somebody deleted it is remembered.

Backups made before still have everything; they are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.records import current, videos
from storage.records.videos import VideoRecord
from storage.tables import Deletion, LabelEvent, Prediction, Video
from storage.text import storable


@dataclass(frozen=True, slots=True)
class DeletionRecord:
    """Who deleted the video of this number, and when. `browser` as in a label event."""

    video_id: int
    deleted_by: str
    browser: str
    created_at: datetime


def delete_rows(
    session: Session, *, video_id: int, deleted_by: str, browser: str = ""
) -> VideoRecord:
    """Removes a video with its events, answers and jobs; returns what the row held.

    Its number is never given again. Its files are the caller's to remove once this is committed.
    Raises `NotFoundError`.
    """
    current.hold(session, video_id=video_id)
    video = videos.get(session, video_id=video_id)
    # First, because only of a deleted video may events and answers be deleted.
    session.add(
        Deletion(
            video_id=video_id,
            deleted_by=" ".join(storable(deleted_by).split()),
            browser=storable(browser),
        )
    )
    session.flush()
    current.forget(session, (video_id,))
    for table in (LabelEvent, Prediction):
        session.execute(delete(table).where(table.video_id == video_id))
    session.execute(delete(Video).where(Video.id == video_id))
    return video


def find(session: Session, *, video_id: int) -> DeletionRecord | None:
    """The deletion of the video that had this number; None if it was not deleted."""
    found = session.scalar(select(Deletion).where(Deletion.video_id == video_id))
    return None if found is None else _record(found)


def all_deletions(session: Session, *, limit: int = 100) -> tuple[DeletionRecord, ...]:
    """The latest deletions, newest first."""
    rows = session.scalars(select(Deletion).order_by(Deletion.id.desc()).limit(limit))
    return tuple(_record(row) for row in rows)


def _record(row: Deletion) -> DeletionRecord:
    return DeletionRecord(
        video_id=row.video_id,
        deleted_by=row.deleted_by,
        browser=row.browser,
        created_at=row.created_at,
    )
