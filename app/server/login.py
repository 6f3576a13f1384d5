"""Logging in: the page, the cookie, the throttle, and the middleware that asks for it everywhere.

Only there if a users file is set.
"""

from __future__ import annotations

import html
import logging
import math
import re
import string
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote

import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.server.people import People

PAGE = Path(__file__).parents[2] / "static" / "login.html"
COOKIE = "second_look_login"
OPEN_PATHS = frozenset({"/login", "/health"})
log = logging.getLogger(__name__)


class Throttle:
    """Lets each key fail `allowed` times within any `window_s` seconds.

    `clock` returns seconds and never goes back.
    """

    def __init__(
        self, allowed: int, window_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._allowed = allowed
        self._window_s = window_s
        self._clock = clock
        self._failures: dict[str, list[float]] = {}

    def wait_s(self, key: str) -> float:
        """Seconds until `key` may try again; 0 if it may now."""
        recent = self._recent(key)
        if len(recent) < self._allowed:
            return 0.0
        return recent[-self._allowed] + self._window_s - self._clock()

    def failed(self, key: str) -> None:
        """Notes a failure, and forgets the keys whose failures are long past."""
        self._failures[key] = [*self._recent(key), self._clock()]
        self._failures = {name: recent for name in self._failures if (recent := self._recent(name))}

    def forgive(self, key: str) -> None:
        """Takes the last failure back."""
        self._failures[key] = self._failures.get(key, [])[:-1]

    def _recent(self, key: str) -> list[float]:
        since = self._clock() - self._window_s
        return [moment for moment in self._failures.get(key, []) if moment > since]


class LoginRequired:
    """ASGI middleware: puts the person's name into `scope["user"]`, or asks for a log-in."""

    def __init__(self, app: ASGIApp, *, people: People) -> None:
        self.app = app
        self._people = people

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on if it is somebody's, or if its path is open to all."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        scope["user"] = self._people.person(request.cookies.get(COOKIE))
        if scope["user"] is not None or scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, send)
        else:
            await _ask(request)(scope, receive, send)


def user_of(request: Request) -> str | None:
    """The person who sent this request; None if nobody has to log in."""
    user: str | None = request.scope.get("user")
    return user


def login_routes(people: People) -> APIRouter:
    """The log-in page, and the two routes that set and delete the cookie."""
    router = APIRouter()
    throttles = Throttle(allowed=5, window_s=30), Throttle(allowed=10, window_s=60)

    @router.get("/login")
    def show(next: str = "/") -> Response:
        return _page(next)

    @router.post("/login")
    async def log_in(request: Request) -> Response:
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, password, target = (
            form.get(field, [""])[0] for field in ("username", "password", "next")
        )
        name = name.strip()[:64]
        address = request.client.host if request.client else ""
        # One person from one address, and all tries from one address.
        tries = tuple(zip(throttles, (f"{address} {name}", address), strict=True))
        wait_s = math.ceil(max(throttle.wait_s(key) for throttle, key in tries))
        if wait_s > 0:
            return _page(target, f"Too many tries; wait {wait_s} seconds.", 429)
        for throttle, key in tries:  # before the slow part, so that tries sent at once count
            throttle.failed(key)
        if not await anyio.to_thread.run_sync(people.check, name, password):
            log.warning("A log-in as %r from %s failed", name, address)
            return _page(target, "This name and this password do not belong together.", 401)
        for throttle, key in tries:
            throttle.forgive(key)
        return _logged_in(request, people, name, target)

    @router.post("/logout")
    def log_out() -> Response:
        response = RedirectResponse("/login", status_code=303)
        response.delete_cookie(COOKIE)
        return response

    return router


def _logged_in(request: Request, people: People, name: str, target: str) -> Response:
    response: Response
    if _is_page(request.headers):
        response = RedirectResponse(local_target(target), status_code=303)
    else:
        response = JSONResponse({"success": True})
    response.set_cookie(
        COOKIE,
        people.proof(name),
        max_age=int(people.hours * 3600),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


def _page(target: str, message: str = "", status: int = 200) -> HTMLResponse:
    page = string.Template(PAGE.read_text("utf-8"))
    filled = page.substitute(message=html.escape(message), next=html.escape(local_target(target)))
    return HTMLResponse(filled, status_code=status, headers={"Cache-Control": "no-store"})


def local_target(target: str) -> str:
    """`target` if it is a path on this server, else `/`: a log-in must not lead elsewhere."""
    return target if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", target) else "/"


def _is_page(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "")


def _ask(request: Request) -> Response:
    if request.method in ("GET", "HEAD") and _is_page(request.headers):
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(asked)}", status_code=303)
    return JSONResponse({"error": "Please log in."}, status_code=401)
