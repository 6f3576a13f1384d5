"""What the browser plays: the file itself where every browser can, else a copy that it can."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.workflow.services import Services
from model.inference.prediction import OnProgress
from model.video.containers import CONTENT_TYPES
from model.video.proxy import write_proxy
from model.video.reader import VideoReader
from storage.records import videos
from storage.records.videos import VideoRecord

PROXY_NAME = "proxy.mp4"


@dataclass(frozen=True, slots=True)
class Playable:
    """A file on this machine, its MIME type and the name to save it under."""

    path: Path
    content_type: str
    name: str


def is_playable(video: VideoRecord) -> bool:
    """Whether a browser can show it as things are."""
    return bool(video.details.get("browser_safe")) or video.proxy_uri is not None


def make_playable(services: Services, video: VideoRecord, on_progress: OnProgress) -> VideoRecord:
    """Makes the browser's copy if one is needed and missing. Raises `VideoError`, `Cancelled`."""
    if is_playable(video):
        return video
    source = services.media.local_path(video.uri)
    with (
        VideoReader(source, services.limits) as reader,
        services.media.draft(video.sha256, PROXY_NAME) as draft,
    ):
        write_proxy(reader, draft.path, on_progress=lambda share: on_progress("copying", share))
    with services.database.write() as session:
        return videos.set_proxy(session, video_id=video.id, proxy_uri=draft.uri)


def original(services: Services, video: VideoRecord) -> Playable:
    """The file as it came."""
    kind = _content_type(video)
    return Playable(services.media.local_path(video.uri), kind, video.name)


def playable(services: Services, video: VideoRecord) -> Playable:
    """What the player gets."""
    if video.proxy_uri is None:
        return original(services, video)
    name = f"{Path(video.name).stem}.mp4"
    return Playable(services.media.local_path(video.proxy_uri), "video/mp4", name)


def _content_type(video: VideoRecord) -> str:
    container = str(video.details.get("container", ""))
    return CONTENT_TYPES.get(container, "video/mp4")
