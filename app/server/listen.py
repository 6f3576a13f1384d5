"""Takes the port and serves until it is told to stop."""

from __future__ import annotations

import logging
import socket
from asyncio import CancelledError
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from app.server.access import refuse_open_bind
from app.server.crowd import AT_ONCE
from app.server.floors import too_old
from app.settings import Settings, SettingsError


def listen(app: FastAPI, settings: Settings, *, opened: Callable[[str], None]) -> None:
    """Serves `app` until the process is told to stop; calls `opened` with the address to visit.

    Raises `SettingsError` where the address cannot be used or a part of the program is too old.
    """
    refuse_open_bind(settings)
    if complaints := too_old():
        raise SettingsError(" ".join(complaints))
    with take_port(settings.host, settings.port) as taken:
        taken.listen()  # whoever is quick waits in line
        opened(address(settings.host, taken.getsockname()[1]))
        with suppress(KeyboardInterrupt):  # which uvicorn raises again after it has closed down
            server(app).run(sockets=[taken])


def server(app: FastAPI) -> uvicorn.Server:
    """The web server, not yet running."""
    made = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level=logging.WARNING,
            server_header=False,
            proxy_headers=False,  # app/server/proxies.py knows whom to believe
            timeout_keep_alive=15,
            timeout_graceful_shutdown=2,
            limit_concurrency=2 * AT_ONCE,  # connections; most of them wait for the next click
            ws="none",
        )
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return made


def _is_news(record: logging.LogRecord) -> bool:
    """False for what uvicorn says of the streams of open pages, which it cuts when it ends."""
    cut = record.exc_info is not None and isinstance(record.exc_info[1], CancelledError)
    return not cut and "graceful shutdown" not in str(record.msg)


def take_port(host: str, port: int) -> socket.socket:
    """A socket that is bound to `host` and `port` (0: any free one).

    Raises `SettingsError` if that cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio turns Nagle's algorithm off; else each answer waits 40 ms.
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host.strip("[]"), port))
    except OSError as error:
        taken.close()
        raise SettingsError(
            f"The address {host}:{port} cannot be used ({error.strerror or error}); is Second Look "
            "already running? Another port: SECOND_LOOK_PORT or --port."
        ) from error
    return taken


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
