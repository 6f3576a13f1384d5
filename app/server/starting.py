"""While the program loads: a page at its address that says so, and looks again by itself.

Loading takes seconds, on a busy machine a minute. Nothing here imports what is slow itself.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType

from app.components.assets import STATIC

PAGE = STATIC / "doors" / "starting.html"
HEALTH = json.dumps({"status": "warming up", "note": "Second Look is starting."})
STOP_CHECK_S = 0.05
PATIENCE_S = 5.0  # for one who connects and says nothing


@contextmanager
def starting(taken: socket.socket) -> Iterator[None]:
    """Serves that page on a listening socket until the block is left; a signal ends the program.

    Whoever connects after that waits for the server that takes over the socket.
    """
    early = ThreadingHTTPServer(("", 0), _Waiting, bind_and_activate=False)
    early.socket.close()
    early.socket = taken
    early.daemon_threads = True
    thread = threading.Thread(
        target=early.serve_forever, args=(STOP_CHECK_S,), name="starting", daemon=True
    )
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, _end) for one in signals}
    thread.start()
    try:
        yield
    finally:
        early.shutdown()
        thread.join()
        for one, handler in before.items():
            signal.signal(one, handler)


def _end(number: int, frame: FrameType | None) -> None:
    """Nothing is under way yet that would have to be ended cleanly, and breaking off an import
    leaves a traceback."""
    del number, frame
    os._exit(0)


class _Waiting(BaseHTTPRequestHandler):
    """Answers everything with the page."""

    timeout = PATIENCE_S
    server_version = "Second Look"
    sys_version = ""

    def do_GET(self) -> None:
        """`/health` says what it says while the model is loaded."""
        if self.path == "/health":
            self._answer(200, "application/json", HEALTH.encode())
        else:
            self._answer(503, "text/html; charset=utf-8", PAGE.read_bytes())

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Retry-After", "2")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""
