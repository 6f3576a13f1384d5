"""The door for many videos at once: an archive or a folder is begun, followed, paused and ended.

`POST /archive?name=…` takes a ZIP file as the body, as `receiving.py` takes a video; `limits.py`
has bounded it. `POST /folder?name=…` begins with a folder of this machine that settings allow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.server.login import user_of
from app.server.receiving import Arrived, answer, arriving

ARCHIVE = "/archive"
Action = Literal["pause", "continue", "cancel", "retry", "close"]


@dataclass(frozen=True, slots=True)
class Batches:
    """What the door calls. Each raises `AppError` or `StorageError` with a sentence for people.

    `archive` and `folder` begin a batch and return its number; `act` changes one. `look` gives all
    that are shown as JSON, `look_at` one with its files; `folders` names what may be brought in.
    """

    archive: Callable[[Arrived], int]
    folder: Callable[[str, str], int]
    act: Callable[[Action, int], None]
    look: Callable[[], Sequence[Mapping[str, Any]]]
    look_at: Callable[[int], Mapping[str, Any]]
    folders: Callable[[], Sequence[str]]


def batch_routes(batches: Batches, folder: Path) -> APIRouter:
    """The routes; an archive lies in `folder` until it was looked at."""
    router = APIRouter()

    @router.post(ARCHIVE)
    async def archive(request: Request, name: str = "") -> Response:
        async with arriving(request, name, folder) as arrived:
            return await anyio.to_thread.run_sync(
                answer, lambda: {"batch": batches.archive(arrived)}
            )

    @router.post("/folder")
    def begin_folder(request: Request, name: str = "") -> Response:
        by = user_of(request) or ""
        return answer(lambda: {"batch": batches.folder(name, by)})

    @router.get("/batches")
    def look() -> Response:
        return answer(lambda: {"batches": batches.look(), "folders": batches.folders()})

    @router.get("/batches/{number}")
    def look_at(number: int) -> Response:
        return answer(lambda: batches.look_at(number))

    @router.post("/batches/{number}/{action}")
    def act(number: int, action: Action) -> Response:
        def work() -> Mapping[str, Any]:
            batches.act(action, number)
            return batches.look_at(number) if action != "close" else {}

        return answer(work)

    return router
