"""How it stands with videos, for pages that wait: `GET /progress?video=12&video=13`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, PlainTextResponse, Response

from storage.errors import StorageError

MOST = 500  # videos that one request may ask about


class LookUp(Protocol):
    """Says how it stands."""

    def __call__(self, video_ids: Sequence[int], /) -> Mapping[int, Any]:
        """JSON for each of these videos that is here. Raises `StorageError`."""
        ...


def progress_routes(look_up: LookUp) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.get("/progress")
    def progress(
        video: Annotated[list[Annotated[int, Query(ge=1, lt=2**63)]], Query(max_length=MOST)],
    ) -> Response:
        try:
            found = look_up(video)
        except StorageError as error:
            return PlainTextResponse(str(error), status_code=503)
        said = {str(number): value for number, value in found.items()}
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    return router
