"""The pages' own JavaScript: `/scripts/{version}/{file}`, ES modules that import one another.

The version is that of all modules together. Browsers keep a module for a year without asking
again, and a new version of the program has new addresses, so no stale module can ever run.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from app.components.assets import SCRIPTS_PATH, Modules

A_YEAR_S = 365 * 24 * 3600
KEPT = f"private, max-age={A_YEAR_S}, immutable"


def script_routes(modules: Modules) -> APIRouter:
    """The route that serves `modules`, which are in memory: no request names a file on the disk."""
    router = APIRouter()

    @router.api_route(SCRIPTS_PATH + "/{version}/{file:path}", methods=["GET", "HEAD"])
    async def module(version: str, file: str) -> Response:
        text = modules.texts.get(file)
        if text is None or version != modules.version:
            return PlainTextResponse(
                "This script is not here.", status_code=404, headers={"Cache-Control": "no-store"}
            )
        return Response(text, media_type="text/javascript", headers={"Cache-Control": KEPT})

    return router
