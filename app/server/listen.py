"""Serves on a port until it is told to stop."""

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
from app.server.port import address
from app.settings import Settings, SettingsError


def listen(
    app: FastAPI, settings: Settings, taken: socket.socket, *, opened: Callable[[str], None]
) -> None:
    """Serves `app` until the process is told to stop; calls `opened` with the address to visit.

    `taken` is bound and listens. Raises `SettingsError` where others could reach the program
    without a log-in, or a part of the program is too old.
    """
    refuse_open_bind(settings)
    if complaints := too_old():
        raise SettingsError(" ".join(complaints))
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
