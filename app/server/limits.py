"""Bounds every request body before Gradio sees it.

Gradio itself would take any number of files of any size, keep form fields in memory, and leave
half a file behind when the sender goes away or the disk is full.
"""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import anyio.to_thread
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server.access import SAFE_METHODS
from app.server.batches import ARCHIVE
from app.server.bodies import Body, Refused, too_large
from app.server.calls import CallBody
from app.server.label_files import CALLED as LABELS
from app.server.receiving import CALLED as UPLOAD
from app.server.uploads import BareFile, OneFile, Uploads
from app.settings import Settings
from model.inference.remote import PREDICT

UPLOAD_PATH = "/gradio_api/upload"
BARE_FILE_PATHS = frozenset({UPLOAD, PREDICT, LABELS, ARCHIVE})  # ours: the body is the file
MULTIPART_WRAPPING = 64 << 10  # boundary and headers around the file
MAX_CALL_BYTES = 4 << 20  # a call is some kilobytes of JSON
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
log = logging.getLogger(__name__)


class BodyLimits:
    """ASGI middleware: lets bodies through piece by piece, and answers those that it stops."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self._settings = settings
        self._uploads = Uploads(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; a body that is refused becomes one sentence."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        is_ours = scope["path"] in BARE_FILE_PATHS
        is_upload = is_ours or scope["path"].startswith(UPLOAD_PATH)
        body = Body(
            receive,
            limit=self._limit(scope["path"]) if is_upload else MAX_CALL_BYTES,
            wrapping=MULTIPART_WRAPPING if is_upload else 0,
            idle_s=self._settings.upload_idle_s,
        )
        try:
            announced = _announced(Headers(scope=scope))
            body.check_size(announced)
            if is_upload:
                await self._upload(scope, body, announced, send, is_form=not is_ours)
            else:
                body.watcher = CallBody()
                await self._pass_on(scope, body, send)
        except Refused as refused:
            await _answer(refused, body, send)

    def _limit(self, path: str) -> int:
        settings = self._settings
        return settings.max_archive_bytes if path == ARCHIVE else settings.max_upload_bytes

    async def _upload(
        self, scope: Scope, body: Body, announced: int, send: Send, *, is_form: bool
    ) -> None:
        boundary = _boundary(scope) if is_form else b""
        person = scope.get("user") or (scope.get("client") or ("",))[0]
        try:
            with self._uploads.one(person, announced) as place:
                body.watcher = (
                    OneFile(boundary, self._uploads, place)
                    if is_form
                    else BareFile(self._uploads, place)
                )
                # Our own door says itself what was wrong; Gradio's would only say "500".
                await self._pass_on(scope, body, send, is_upload=True, explains=is_form)
        finally:
            await anyio.to_thread.run_sync(_delete, self._uploads.fragments())

    async def _pass_on(
        self,
        scope: Scope,
        body: Body,
        send: Send,
        *,
        is_upload: bool = False,
        explains: bool = False,
    ) -> None:
        reply = Reply(send, body, explains=explains)
        try:
            await self.app(scope, body, reply)
        except Exception as error:
            if reply.sent or not (is_upload or body.refused):
                raise
            if body.refused is None:
                log.exception("An upload failed")
                body.refused = _explained(error)
        if not reply.sent:
            raise body.refused or reply.explained


class Reply:
    """The `send` of one request: drops what the app says about a body that was refused.

    With `explains`, a bare server error or size error of the app is dropped as well, and
    `explained` says it in words. `sent` tells whether anything went out.
    """

    def __init__(self, send: Send, body: Body, *, explains: bool) -> None:
        self._send = send
        self._body = body
        self._explains = explains
        self.explained = Refused(500, "The upload could not be kept; send it again.")
        self.sent = False

    async def __call__(self, message: Message) -> None:
        """Sends the message on, or drops it."""
        if message["type"] == "http.response.start" and not self.sent:
            status = message["status"]
            if status == 413:
                self.explained = too_large(self._body.limit)
            bare = self._explains and (status >= 500 or status == 413)
            self.sent = self._body.refused is None and not bare
        if self.sent:
            await self._send(message)


def _boundary(scope: Scope) -> bytes:
    kind, options = parse_options_header(Headers(scope=scope).get("content-type"))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Refused(400, "An upload is a form with one file.")
    return boundary


def _announced(headers: Headers) -> int:
    """The length that the sender announces; 0 if it does not."""
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit():
        raise Refused(400, "The length of this request is not a number.")
    return int(length)


def _explained(error: Exception) -> Refused:
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return Refused(507, "The disk is full; free some space and send it again.")
    return Refused(500, "The upload could not be kept; send it again.")


async def _answer(refused: Refused, body: Body, send: Send) -> None:
    text = refused.message.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": text, "more_body": True})
    await body.drain()
    await send({"type": "http.response.body", "body": b""})


def _delete(files: list[Path]) -> None:
    for file in files:
        if file.is_file():
            os.truncate(file, 0)  # frees the space even if somebody still holds it open
            file.unlink()
