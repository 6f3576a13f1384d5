"""Tells browsers apart where nobody has to log in: a random number in a cookie.

It is no log-in and gives no rights. It keeps what one nameless person decides apart from what
another decides.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server.cookies import give_cookie, sent_cookie

COOKIE = "second_look_browser"
NUMBER = re.compile(r"[0-9a-f]{32}")  # 128 bits
MAX_AGE_S = 400 * 24 * 3600  # browsers keep no cookie for longer


class BrowserIds:
    """ASGI middleware: puts the browser's id into `scope["browser"]`, "" for programs.

    A browser gets its cookie with its first page, and keeps it for as long as it comes back.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; the answer to a page's request carries the cookie."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        number = _valid(sent_cookie(request.headers, COOKIE))
        scope["browser"] = browser_id(number) if number else ""
        if not _wants_page(request):
            await self.app(scope, receive, send)
            return
        cookie = _cookie(request, number or secrets.token_hex(16))

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def browser_id(number: str) -> str:
    """What is stored of the cookie's number: 32 hexadecimal digits.

    A hash, because whoever reads it, in an export say, must not be able to send the cookie.
    """
    return hashlib.sha256(f"{COOKIE} {number}".encode()).hexdigest()[:32]


def _valid(number: str | None) -> str | None:
    return number if number and NUMBER.fullmatch(number) else None


def _wants_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _cookie(request: Request, number: str) -> str:
    response = Response()
    give_cookie(response, request, COOKIE, number, max_age_s=MAX_AGE_S)
    return response.headers["set-cookie"]
