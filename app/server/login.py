"""Logging in and out: the pages, the cookies, and the middleware that asks for a log-in everywhere.

Only there if a users file is set.
"""

from __future__ import annotations

import logging
import math
import re
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, quote

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server.cookies import give_cookie, sent_cookie
from app.server.devices import Devices
from app.server.plain_pages import plain_page
from app.server.sessions import Sessions
from app.server.throttle import Attempt, Attempts

COOKIE = "second_look_login"
OPEN_PATHS = frozenset({"/login", "/health"})
MAX_FORM = 16 << 10  # bytes
LOOK_EVERY_S = 1.0  # how often an open stream asks whether its log-in still holds
log = logging.getLogger(__name__)


class LoginRequired:
    """ASGI middleware: puts the person's name into `scope["user"]`, or asks for a log-in.

    An answer without an end, such as the stream of an open page, is cut when the log-in ends.
    """

    def __init__(self, app: ASGIApp, *, sessions: Sessions) -> None:
        self.app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on if it is somebody's, or if its path is open to all."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        proof = sent_cookie(request.headers, COOKIE)
        scope["user"] = self._sessions.person(proof)
        if scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, send)
        elif scope["user"] is not None:
            await self.app(scope, receive, Stream(send, self._sessions, proof))
        else:
            await _ask(request)(scope, receive, send)


class Stream:
    """The `send` of somebody's request; ends an answer of unknown length with the log-in."""

    def __init__(self, send: Send, sessions: Sessions, proof: str | None) -> None:
        self._send = send
        self._sessions = sessions
        self._proof = proof
        self._looked_at = time.monotonic()
        self._is_endless = False
        self._is_cut = False

    async def __call__(self, message: Message) -> None:
        """Sends the message on, or ends the answer and drops what comes after."""
        if self._is_cut:
            return
        if message["type"] == "http.response.start":
            self._is_endless = "content-length" not in Headers(raw=message["headers"])
        elif self._is_endless and message.get("more_body") and self._is_over():
            self._is_cut = True
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    def _is_over(self) -> bool:
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY_S:
            return False
        self._looked_at = now
        return self._sessions.person(self._proof) is None


def user_of(request: Request) -> str | None:
    """The person who sent this request; None if nobody has to log in."""
    user: str | None = request.scope.get("user")
    return user


@dataclass(frozen=True, slots=True)
class Form:
    """What the log-in page sends."""

    name: str = ""
    password: str = ""
    target: str = "/"

    @classmethod
    def read(cls, body: bytes) -> Form:
        """Reads an URL-encoded form; what cannot be understood is an empty one."""
        try:
            fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
        except ValueError:
            return cls()
        name, password, target = (
            fields.get(field, [""])[0] for field in ("username", "password", "next")
        )
        return cls(name.strip()[:64], password, target)


def login_routes(sessions: Sessions, devices: Devices) -> APIRouter:
    """The log-in page, and the two routes that begin and end a log-in."""
    router = APIRouter()
    attempts = Attempts()
    # A guess takes memory and a core for a while. Whoever is known here does not wait in the line
    # of those who are not.
    lines = anyio.CapacityLimiter(1), anyio.CapacityLimiter(1)

    @router.get("/login")
    def show(next: str = "/") -> Response:
        return _page(Form(target=next))

    @router.post("/login")
    async def log_in(request: Request) -> Response:
        body = await request.body()
        form = Form.read(body if len(body) <= MAX_FORM else b"")
        address = request.client.host if request.client else ""
        attempt = Attempt(form.name, address, devices.number(request, form.name))
        wait_s = math.ceil(attempts.wait_s(attempt))
        if wait_s > 0:
            return _page(form, f"Too many tries. Wait {_in_words(wait_s)}, then try again.", 429)
        attempts.begin(attempt)
        people = sessions.users.people()
        line = lines[bool(attempt.device)]
        if not await anyio.to_thread.run_sync(people.check, form.name, form.password, limiter=line):
            log.warning("A log-in as %r from %s failed", form.name, address)
            return _page(form, "Wrong name or password.", 401)
        attempts.succeed(attempt)
        sessions.end(sent_cookie(request.headers, COOKIE))
        return _logged_in(request, sessions, devices, form)

    @router.post("/logout")
    def log_out(request: Request) -> Response:
        sessions.end(sent_cookie(request.headers, COOKIE))
        response = RedirectResponse("/login", status_code=303)
        response.delete_cookie(COOKIE)
        return response

    return router


def _logged_in(request: Request, sessions: Sessions, devices: Devices, form: Form) -> Response:
    try:
        proof = sessions.begin(form.name)
    except KeyError:  # taken out of the file while the password was looked at
        return _page(form, "Wrong name or password.", 401)
    response: Response
    if _is_page(request.headers):
        response = RedirectResponse(local_target(form.target), status_code=303)
    else:
        response = JSONResponse({"success": True})
    give_cookie(response, request, COOKIE, proof, max_age_s=sessions.max_age_s)
    devices.remember(response, request, form.name)
    return response


def _page(form: Form, message: str = "", status: int = 200) -> Response:
    """The log-in page; what was typed stays, and the cursor is where to go on."""
    wrong = " aria-invalid=true aria-describedby=problem" if status == 401 else ""
    return plain_page(
        "login.html",
        status=status,
        message=message,
        next=local_target(form.target),
        name=form.name,
        name_state=wrong if form.name else f"autofocus{wrong}",
        password_state=f"autofocus{wrong}" if form.name else wrong,
    )


def _in_words(seconds: int) -> str:
    if seconds < 100:
        return f"{seconds} second{'s' if seconds > 1 else ''}"
    return f"{math.ceil(seconds / 60)} minutes"


def local_target(target: str) -> str:
    """`target` if it is a path on this server, else `/`: a log-in must not lead elsewhere."""
    return target if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", target) else "/"


def _is_page(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "")


def _ask(request: Request) -> Response:
    """Leads a browser to the log-in page, and from there back to the page that it asked for."""
    if _is_page(request.headers):
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        back = f"?next={quote(asked)}" if request.method in ("GET", "HEAD") else ""
        return RedirectResponse(f"/login{back}", status_code=303)
    return JSONResponse({"error": "Please log in."}, status_code=401)
