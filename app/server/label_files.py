"""The doors for labels as files: `GET /labels/{format}` fetches them, `POST /labels` brings them.

What is fetched is sent while it is made, so that the videos may come along however many there are.
What is brought is the file itself, as the body. With `dry_run` nothing is stored: the answer says
what would be, and a page sends the file again when somebody says so.
"""

from __future__ import annotations

import mimetypes
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from app.server.login import user_of
from app.server.receiving import pieces
from app.workflow.errors import AppError
from app.workflow.exchange.comparing import Importer
from app.workflow.exchange.formats import known_format
from app.workflow.exchange.importing import Choices
from app.workflow.exchange.moments import parse_moment
from app.workflow.exchange.package import ExportOrder
from app.workflow.exchange.share import Sent
from storage.errors import BusyError, NoSpaceError, StorageError

CALLED = "/labels"


@dataclass(frozen=True, slots=True)
class LabelFiles:
    """What the doors lead to.

    `bring` answers with JSON that says what the file brings, and stores it where there are choices.
    """

    send: Callable[[ExportOrder], AbstractContextManager[Sent]]
    bring: Callable[[Path, Importer, Choices | None], dict[str, Any]]


def label_routes(files: LabelFiles, folder: Path) -> APIRouter:
    """The routes; a file that comes lies in `folder` until it has been read."""
    router = APIRouter()

    @router.get(CALLED + "/{form}")
    def fetch(form: str, as_of: str = "", with_videos: bool = False) -> Response:
        try:
            order = ExportOrder(known_format(form), parse_moment(as_of), with_videos)
            with ExitStack() as until_sent:
                sent = until_sent.enter_context(files.send(order))
                return _streamed(sent, until_sent.pop_all())
        except (AppError, StorageError) as error:
            return _refusal(error)

    @router.post(CALLED)
    async def bring(
        request: Request,
        dry_run: bool = False,
        new_labels: bool = False,
        conflicts: bool = False,
        by: str = "",
    ) -> Response:
        name = user_of(request) or " ".join(by.split())[:80]
        importer = Importer(name, "" if name else request.scope.get("browser") or "")
        choices = None if dry_run else Choices(new_labels, conflicts)
        folder.mkdir(parents=True, exist_ok=True)
        # The name is that of a fragment for `uploads.py`, which clears it away after a crash.
        with tempfile.NamedTemporaryFile(dir=folder, prefix="tmp", buffering=0) as file:
            async for piece in pieces(request.stream()):
                await anyio.to_thread.run_sync(file.write, piece)
            return await anyio.to_thread.run_sync(
                _brought, files, Path(file.name), importer, choices
            )

    return router


def _brought(
    files: LabelFiles, path: Path, importer: Importer, choices: Choices | None
) -> Response:
    try:
        return JSONResponse(files.bring(path, importer, choices))
    except (AppError, StorageError) as error:
        return _refusal(error)


def _streamed(sent: Sent, until_sent: ExitStack) -> Response:
    kind = mimetypes.guess_type(sent.file_name)[0] or "application/octet-stream"
    return StreamingResponse(
        _closing(sent.pieces, until_sent),
        media_type=kind,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(sent.file_name)}",
            "Cache-Control": "no-store",
        },
    )


async def _closing(content: Iterator[bytes], until_sent: ExitStack) -> AsyncIterator[bytes]:
    """The same pieces; whoever hangs up ends it as well."""
    try:
        async for piece in iterate_in_threadpool(content):
            yield piece
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(until_sent.close)


def _refusal(error: Exception) -> Response:
    statuses: dict[type[Exception], int] = {NoSpaceError: 507, BusyError: 503}
    expected = 500 if isinstance(error, StorageError) else 400
    return PlainTextResponse(str(error), status_code=statuses.get(type(error), expected))
