"""What a person sees where a page cannot be shown: a page as well, not a line of JSON.

Programs go on getting what the app answered; only a browser that asked for a page gets one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server.plain_pages import plain_page

FOR_PROGRAMS = frozenset({"/health"})
LONGEST_SENTENCE = 300  # bytes; what is longer was not written for a person


@dataclass(frozen=True, slots=True)
class Words:
    """A page's title, and its sentence unless the app has one of its own."""

    title: str
    sentence: str


WORDS: Mapping[int, Words] = {
    400: Words("This did not work", "The server could not understand it. Go back and try again."),
    403: Words("This is not allowed", "Open it from the program's own pages."),
    404: Words("There is no such page", "The address may be mistyped, or what it showed is gone."),
    405: Words("There is no such page", "This address is only for the program itself."),
    408: Words("This took too long", "Nothing came for too long. Try again."),
    413: Words("This is too large", "Send something smaller."),
    422: Words("There is no such page", "The address may be mistyped, or what it showed is gone."),
    429: Words("Too much at once", "Wait a minute, then try again."),
    500: Words(
        "Something went wrong",
        "The fault is in the program, not in what you did. What was saved is safe. Try again; if "
        "it happens again, tell whoever runs this.",
    ),
    503: Words("Too many visitors", "Wait a few seconds, then load the page again."),
    507: Words("The disk is full", "Free some space, then try again."),
}


class Refusals:
    """ASGI middleware: gives a browser a page instead of a bare error."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on. What the app raises becomes a page too, and is raised on."""
        if scope["type"] != "http" or not _wants_page(scope):
            await self.app(scope, receive, send)
            return
        answer = Answer(send)
        try:
            await self.app(scope, receive, answer)
        except Exception:
            if not answer.has_begun:
                await page_for(500)(scope, receive, send)
            raise


class Answer:
    """The `send` of one request. Holds an error back until its first sentence is known."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._held: Message | None = None
        self._is_replaced = False
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        """Sends the message on, or a page in its place."""
        if message["type"] == "http.response.start":
            if _is_bare_error(message):
                self._held = message
                return
            self.has_begun = True
        elif self._held is not None:
            held, self._held = self._held, None
            await self._replace(held, message)
            return
        elif self._is_replaced:
            message = {**message, "body": b""}
        await self._send(message)

    async def _replace(self, start: Message, first: Message) -> None:
        self.has_begun = self._is_replaced = True
        page = page_for(start["status"], _sentence(start, first))
        headers = MutableHeaders(raw=list(start["headers"]))
        for name in ("content-length", "content-type", "content-encoding"):
            del headers[name]
        headers.update(page.headers)
        await self._send({**start, "headers": headers.raw})
        more = first.get("more_body", False)
        await self._send({"type": "http.response.body", "body": page.body, "more_body": more})


def page_for(status: int, sentence: str = "") -> Response:
    """The page for a status of 400 or more; `sentence` wins over the usual one."""
    words = WORDS.get(status) or WORDS[400 if status < 500 else 500]
    return plain_page(
        "refusal.html", status=status, title=words.title, sentence=sentence or words.sentence
    )


def _wants_page(scope: Scope) -> bool:
    accepted = Headers(scope=scope).get("accept", "")
    return "text/html" in accepted and scope["path"] not in FOR_PROGRAMS


def _is_bare_error(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] >= 400 and not kind.startswith("text/html")


def _sentence(start: Message, first: Message) -> str:
    """What the app says in words; "" if that is JSON or the bare name of the status."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    body: bytes = first.get("body", b"")
    text = body.decode("utf-8", "replace").strip()
    is_one = kind.startswith("text/plain") and len(body) <= LONGEST_SENTENCE
    return text if is_one and text.endswith(".") else ""
