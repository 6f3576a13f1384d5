"""A small picture of each video: at the moment that spoke most for the answer, if there is one."""

from __future__ import annotations

import io
import threading

from PIL import Image

from app.workflow.answers import explain
from app.workflow.services import Services
from app.workflow.videos import ingest
from model.evidence.moments import key_moments
from model.video.reader import VideoReader
from storage.media import side_uri
from storage.records.videos import VideoRecord

MOST = (256, 160)  # width and height in pixels, of which one is reached
QUALITY = 78
AT_ONCE = 2  # each takes a decoding process
# Pictures before the wanted one are decoded, too: in a long video that would take too long.
FURTHEST = 3000
EARLY, LATE = "early.jpg", "thumbnail.jpg"  # side files: without an answer and with one


class Thumbnails:
    """Makes them when they are first asked for, and keeps them beside the videos."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def of(self, video_id: int) -> bytes:
        """A JPEG file. Raises `UnknownVideo`, `StorageError`, `VideoError`."""
        services = self._services
        video = ingest.find(services, video_id)
        has_answer = explain.latest_record(services, video_id) is not None
        uri = side_uri(video.sha256, LATE if has_answer else EARLY)
        with self._turns:
            if not services.media.exists(uri):
                drawn = self._draw(video, self._second(video) if has_answer else None)
                services.media.put_side(video.sha256, uri.split(".", 1)[1], io.BytesIO(drawn))
        with services.media.open(uri) as file:
            return file.read()

    def _second(self, video: VideoRecord) -> float | None:
        answer = explain.latest(self._services, video.id)
        moments = key_moments(answer.prediction, 0) if answer and answer.prediction.top else ()
        return max(moments, key=lambda moment: moment.lead).second if moments else None

    def _draw(self, video: VideoRecord, second: float | None) -> bytes:
        path = self._services.media.local_path(video.uri)
        with VideoReader(path, self._services.limits) as reader:
            info = reader.info
            wanted = info.duration_s / 3 if second is None else second
            index = min(int(info.pts_s.searchsorted(wanted)), info.frames - 1, FURTHEST)
            size = fitted(video.width, video.height)
            (frame,) = reader.frames([index], size=size)
        target = io.BytesIO()
        Image.fromarray(frame.image).save(target, "JPEG", quality=QUALITY)
        return target.getvalue()


def fitted(width: int, height: int) -> tuple[int, int]:
    """(width, height) of a picture of that shape within `MOST`, each at least one pixel."""
    share = min(MOST[0] / width, MOST[1] / height)
    return max(round(width * share), 1), max(round(height * share), 1)
