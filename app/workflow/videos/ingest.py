"""From an uploaded file to a stored video: looked at first, stored once, then given a row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.words.moments import day
from app.workflow.errors import UnknownVideo
from app.workflow.services import Services
from app.workflow.videos import answer_requests
from model.inference.prediction import OnProgress
from model.video.facts import VideoInfo
from model.video.reader import VideoReader
from storage.errors import NotFoundError
from storage.records import deletions, videos
from storage.records.videos import AddedVideo, VideoRecord


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody brought, under the name that they know it by."""

    path: Path
    name: str
    by: str = ""


def store(
    services: Services, upload: Upload, on_progress: OnProgress, *, ask: bool = False
) -> AddedVideo:
    """Stores a video. The same bytes twice are one video.

    Nothing is kept of what is no video: the limited process looks at it before there is a file or
    a row. With `ask` the question for its answer is queued in the same transaction, so that no
    video is ever forgotten. Raises `VideoError`, `StorageError`, `Cancelled`.
    """
    on_progress("storing", 0.0)
    info = look_into(services, upload.path)
    on_progress("storing", 0.5)
    kept = services.media.put(upload.path, max_bytes=services.limits.max_bytes)
    on_progress("storing", 0.9)
    video = videos.NewVideo(
        sha256=kept.sha256,
        uri=kept.uri,
        size=kept.size,
        name=upload.name,
        duration_s=info.duration_s,
        fps=info.fps,
        width=info.width,
        height=info.height,
        pts_offset_s=info.start_s,
        uploaded_by=upload.by,
        details={
            "container": info.container,
            "codec": info.codec,
            "frames": info.frames,
            "browser_safe": info.browser_safe,
            "notes": list(info.notes),
        },
    )
    version = services.models.active_version() if ask else None
    with services.database.write() as session:
        added = videos.add(session, video=video)
        if ask:
            answer_requests.ask_if_new(session, added.video, by=upload.by, version=version)
    if not services.media.exists(kept.uri):  # deleted a moment ago, now it has a row again
        services.media.put(upload.path)
    if ask:
        services.lanes.answers.ring()
    return added


def look_into(services: Services, path: Path) -> VideoInfo:
    """What is in the file, found by the limited process. Raises `VideoError`."""
    with VideoReader(path, services.limits) as reader:
        return reader.info


def find(services: Services, video_id: int) -> VideoRecord:
    """A stored video by its number. Raises `UnknownVideo`."""
    try:
        with services.database.read() as session:
            return videos.get(session, video_id=video_id)
    except NotFoundError as error:
        raise missing(services, video_id) from error


def missing(services: Services, video_id: int) -> UnknownVideo:
    """The error for a number without a video: says who deleted it, if somebody did."""
    with services.database.read() as session:
        gone = deletions.find(session, video_id=video_id)
    if gone is None:
        sentence = f"There is no video number {video_id} here."
    else:
        who = f" by {gone.deleted_by}" if gone.deleted_by else ""
        sentence = f"Video number {video_id} was deleted{who} on {day(gone.created_at)}."
    return UnknownVideo(f"{sentence} Choose another one from the list of videos.")
