"""Deleting a video with all that belongs to it.

Rows go in one transaction, files after it: a program killed between the two leaves files without a
row, which housekeeping sweeps away an hour after they were made. Who deleted which number when is
kept, nothing of what it was. Stays as it was: backups, which have the video until they are
replaced; training lists frozen earlier, which name it by its hash; and versions taught from it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from app.workflow.feature_store import features_folder
from app.workflow.services import Services
from app.workflow.videos.ingest import missing
from model.learning.examples import Example
from storage.errors import NotFoundError, StorageError
from storage.records import decisions, deletions, videos
from storage.records.deletions import DeletionRecord
from storage.records.videos import VideoRecord

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Belongings:
    """What would go with a video, for the question before: its name and how much people said."""

    name: str
    decisions: int


def belongings(services: Services, video_id: int) -> Belongings:
    """What deleting this video would remove. Raises `UnknownVideo`."""
    try:
        with services.database.read() as session:
            video = videos.get(session, video_id=video_id)
            current = decisions.current(session, video_id=video_id)
    except NotFoundError as error:
        raise missing(services, video_id) from error
    return Belongings(video.name, len(current))


def delete(services: Services, video_id: int, *, by: str = "", browser: str = "") -> VideoRecord:
    """Deletes a video, its labels, answers, jobs and files for ever; returns what its row held.

    `by` and `browser` say who did it. A file that cannot be removed now is left to housekeeping.
    Raises `UnknownVideo`, `StorageError`; nothing was deleted then.
    """
    from model.learning import features  # noqa: PLC0415  # brings PyTorch

    try:
        with services.database.read() as session:
            video = videos.get(session, video_id=video_id)
            spans = {(e.start_s, e.end_s) for e in decisions.history(session, video_id=video_id)}
        for start_s, end_s in {(None, None), *spans}:  # can be computed again, so they go first
            part = Example(Path(video.uri), 0, sha256=video.sha256, start_s=start_s, end_s=end_s)
            features.forget(features_folder(services), part)
        with services.database.write() as session:
            video = deletions.delete_rows(
                session, video_id=video_id, deleted_by=by, browser=browser
            )
    except NotFoundError as error:
        raise missing(services, video_id) from error
    _remove_files(services, video)
    return video


def find(services: Services, video_id: int) -> DeletionRecord | None:
    """Who deleted the video of this number; None if it was never here, or still is."""
    with services.database.read() as session:
        return deletions.find(session, video_id=video_id)


def _remove_files(services: Services, video: VideoRecord) -> None:
    try:
        # While nobody can bring the same bytes again, who would then lose them.
        with services.database.write() as session:
            if videos.is_free(session, sha256=video.sha256):
                services.media.delete_all(video.sha256)
    except (StorageError, OSError):
        log.exception("files of deleted video %d are left to housekeeping", video.id)
