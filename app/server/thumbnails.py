"""The small pictures of the videos: `/media/{video_id}/thumbnail`."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from app.server.login import user_of

MINUTES_S = 600  # after that a browser asks again: an answer moves the picture to its moment

ThumbnailOf = Callable[[int, str | None], bytes | None]
"""The JPEG file of a video; None if there is none or the user may not see it."""


def thumbnail_routes(find: ThumbnailOf) -> APIRouter:
    """The route that serves what `find` finds."""
    router = APIRouter()

    @router.get("/media/{video_id}/thumbnail")
    def thumbnail(request: Request, video_id: int) -> Response:
        picture = find(video_id, user_of(request))
        if picture is None:
            return PlainTextResponse("There is no picture of this video.", status_code=404)
        return Response(
            picture,
            media_type="image/jpeg",
            headers={"Cache-Control": f"private, max-age={MINUTES_S}"},
        )

    return router
