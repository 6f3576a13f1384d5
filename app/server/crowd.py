"""Bounds how many requests are answered at once."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

AT_ONCE = 256


class Crowd:
    """ASGI middleware: answers 503 while `at_once` requests are under way."""

    def __init__(self, app: ASGIApp, *, at_once: int = AT_ONCE) -> None:
        self.app = app
        self._at_once = at_once
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on if there is room."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self._running >= self._at_once:
            busy = PlainTextResponse(
                "Too many people use Second Look right now. Wait a few seconds, then try again.",
                status_code=503,
                headers={"Retry-After": "5"},
            )
            await busy(scope, receive, send)
            return
        self._running += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._running -= 1
