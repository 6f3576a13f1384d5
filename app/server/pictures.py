"""The pictures of the Help page: `/help-pictures/{name}`. They travel with the program."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException
from starlette.responses import FileResponse


def picture_routes(folder: Path) -> APIRouter:
    """Serves the WebP files that `folder` holds now, and nothing else."""
    known = {file.name: file for file in folder.glob("*.webp")}
    router = APIRouter()

    @router.get("/help-pictures/{name}")
    def picture(name: str) -> FileResponse:
        if name not in known:
            raise HTTPException(404)
        # Python 3.11 does not know the type by the ending.
        return FileResponse(known[name], media_type="image/webp")

    return router
