"""The door for videos that a page sends: `POST /upload?name=…`, the file itself as the body.

One file a request, so that each has its own limits, its own progress and its own answer.
`limits.py` has bounded the body before it comes here.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.server.login import user_of
from app.server.media import safe_name
from app.workflow.errors import AppError
from model.errors import ModelError
from storage.errors import BusyError, NoSpaceError, NotFoundError, StorageError

PIECE = 1 << 20  # bytes that are written at a time
CALLED = "/upload"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that has come whole. `name` is what the person calls it; `by` is who is logged in."""

    path: Path
    name: str
    by: str


class Receive(Protocol):
    """Stores what has arrived."""

    def __call__(self, arrived: Arrived, /) -> int:
        """The video's number. Raises `VideoError`, `StorageError`."""
        ...


def upload_routes(receive: Receive, folder: Path) -> APIRouter:
    """The route; a file lies in `folder` until `receive` is done with it."""
    router = APIRouter()

    @router.post(CALLED)
    async def upload(request: Request, name: str = "") -> Response:
        async with arriving(request, name, folder) as arrived:
            return await anyio.to_thread.run_sync(answer, lambda: {"video": receive(arrived)})

    return router


@asynccontextmanager
async def arriving(request: Request, name: str, folder: Path) -> AsyncIterator[Arrived]:
    """The body of a request as a file, which is gone when the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    # The name is that of a fragment for `uploads.py`, which clears it away after a crash.
    with tempfile.NamedTemporaryFile(dir=folder, prefix="tmp", buffering=0) as file:
        async for piece in pieces(request.stream()):
            await anyio.to_thread.run_sync(file.write, piece)
        yield Arrived(Path(file.name), safe_name(name), user_of(request) or "")


def answer(work: Callable[[], Mapping[str, Any]]) -> Response:
    """What `work` returns as JSON, or one sentence on why it could not be done."""
    try:
        return JSONResponse(work(), headers={"Cache-Control": "no-store"})
    except NotFoundError as error:
        return PlainTextResponse(str(error), status_code=404)
    except NoSpaceError as error:
        return PlainTextResponse(str(error), status_code=507)
    except BusyError as error:
        return PlainTextResponse(str(error), status_code=503)
    except StorageError as error:
        return PlainTextResponse(str(error), status_code=500)
    except (AppError, ModelError) as error:
        return PlainTextResponse(str(error), status_code=422)


async def pieces(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in larger pieces."""
    gathered = bytearray()
    async for data in stream:
        gathered += data
        if len(gathered) >= PIECE:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)
