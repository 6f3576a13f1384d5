"""Which requests are let in at all: by host, by origin, by route. Knows nothing of people.

A page of another site, open in the same browser, can reach a server on this machine. It cannot
choose the Host that we are called by (against DNS rebinding), and the browser says where a
request comes from (against forged requests). Programs such as curl and `gradio_client` send
neither Origin nor Sec-Fetch-Site, and are let in.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings, SettingsError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

# Routes of Gradio that this program does not use: they fetch from elsewhere, run programs on
# what was uploaded, edit code, or have no login check of their own.
CLOSED = (
    "/gradio_api/proxy=",
    "/gradio_api/file=http:",
    "/gradio_api/file=https:",
    "/gradio_api/file/",
    "/gradio_api/process_recording",
    "/gradio_api/custom_component/",
    "/gradio_api/stream/",
    "/gradio_api/deep_link",
    "/gradio_api/run-history/",
    "/gradio_api/runs",
    "/gradio_api/dev/",
    "/gradio_api/profiling/",
    "/gradio_api/token",
    "/gradio_api/vibe-",
    "/gradio_api/undo-vibe-",
    "/monitoring",
    "/logout/",
    "/login/",
)


def refuse_open_bind(settings: Settings) -> None:
    """Raises `SettingsError` if others could reach the server and nobody would have to log in."""
    if not settings.is_local and settings.users_file is None:
        raise SettingsError(
            f"On {settings.host} other machines could use Second Look without a password: set "
            "SECOND_LOOK_USERS_FILE to a file with the people who may log in, or use the host "
            "127.0.0.1."
        )


class Hosts:
    """The names that this server answers to."""

    def __init__(self, settings: Settings) -> None:
        self._names = LOOPBACK_NAMES | set(settings.allowed_hosts) | {settings.host.lower()}
        self._any_address = not settings.is_local
        if self._any_address:
            self._names |= {socket.gethostname().lower()}

    def knows(self, host: str) -> bool:
        """True if `host`, a Host header with or without port, is one of our names.

        An address is no name: nobody else's DNS can point at us with it, so when others may
        connect every address is known.
        """
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._any_address


def is_same_origin(headers: Headers, method: str) -> bool:
    """True unless a browser says that the request comes from a page of another origin."""
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return False
    site = headers.get("sec-fetch-site", "none")
    return method in SAFE_METHODS or site in ("same-origin", "none")


class Access:
    """ASGI middleware: refuses foreign hosts, foreign origins and closed routes."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self._hosts = Hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers it with one sentence."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if not self._hosts.knows(headers.get("host", "")):
            return PlainTextResponse(
                "This address is not one of Second Look's; add its name to "
                "SECOND_LOOK_ALLOWED_HOSTS.",
                status_code=403,
            )
        if not is_same_origin(headers, scope["method"]):
            return PlainTextResponse(
                "Another site's page sent this; it was not done.", status_code=403
            )
        if scope["path"].lower().startswith(CLOSED):
            return PlainTextResponse("There is nothing here.", status_code=404)
        return None
