"""The videos, for the player and for downloading: `/media/{video_id}/{kind}`.

With ranges, so that seeking loads only what is shown. The address holds no path: which file it is,
and whether this person may see it, is asked of a `MediaLookup`.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from app.server.login import user_of
from app.server.thumbnails import ThumbnailOf, thumbnail_routes
from model.video.containers import CONTENT_TYPES

Kind = Literal["original", "play"]
"""The file as it came, or one that every browser plays (often the same)."""

VIDEO_TYPES = frozenset(CONTENT_TYPES.values())


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A video on this machine. `name` is what it is called when downloaded."""

    path: Path
    content_type: str
    name: str

    def __post_init__(self) -> None:
        if self.content_type not in VIDEO_TYPES:
            raise ValueError(f"{self.content_type} is not a type of video")


class MediaLookup(Protocol):
    """Finds the files of a video."""

    def __call__(self, video_id: int, kind: Kind, user: str | None, /) -> MediaFile | None:
        """The file, or None if there is none or `user` may not see it."""
        ...


def media_routes(find: MediaLookup, find_thumbnail: ThumbnailOf | None = None) -> APIRouter:
    """The route that serves what `find` finds; `?download=1` saves it under its name.

    With `find_thumbnail` there is a small picture of each video, too.
    """
    router = APIRouter()
    if find_thumbnail is not None:  # first: the other route would take its address for a video's
        router.include_router(thumbnail_routes(find_thumbnail))

    @router.api_route("/media/{video_id}/{kind}", methods=["GET", "HEAD"])
    def media(request: Request, video_id: int, kind: Kind, download: bool = False) -> Response:
        file = find(video_id, kind, user_of(request))
        status = _status(file.path) if file else None
        if file is None or status is None:
            return PlainTextResponse("This video is not here.", status_code=404)
        response = FileResponse(
            file.path,
            media_type=file.content_type,
            filename=safe_name(file.name),
            content_disposition_type="attachment" if download else "inline",
            stat_result=status,
            headers={"Cache-Control": "private, no-cache"},
        )
        if response.headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": response.headers["etag"]})
        return response

    return router


def safe_name(name: str) -> str:
    """`name` without folders and control characters, at most 120 characters, never empty."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    stem, dot, suffix = plain.rpartition(".")
    if len(plain) > 120:
        plain = f"{stem[:100]}{dot}{suffix[:19]}" if dot else plain[:120]
    return plain.strip(". ") or "video"


def _status(path: Path) -> os.stat_result | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None
