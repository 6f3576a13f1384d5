"""A real web server on this machine that gives out one file, well or badly."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DRIP_S, DROP = 0.05, 1 << 16  # bytes


@dataclass
class Behaviour:
    """How the server treats requests; may be changed between two of them."""

    content: bytes
    ranges: bool = True  # whether it can go on from the middle
    sized: bool = True  # whether it says how much there is
    break_after: int | None = None  # bytes after which it hangs up
    status: int | None = None  # answers this instead of the file
    moved: bool = False  # redirects to another path first
    shifted: bool = False  # answers a range with another one
    held: threading.Event | None = None  # until it is set the second half only drips
    asked: list[str | None] = field(default_factory=list)  # the Range header of every request


def handler(behaviour: Behaviour) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: Any) -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            behaviour.asked.append(self.headers["Range"])
            if behaviour.status is not None:
                self.send_error(behaviour.status)
            elif behaviour.moved and self.path != "/there":
                self.send_response(302)
                self.send_header("Location", "/there")
                self.end_headers()
            else:
                self.give(behaviour.content)

        def give(self, content: bytes) -> None:
            start = 0
            if behaviour.ranges and (
                found := re.match(r"bytes=(\d+)-", self.headers["Range"] or "")
            ):
                start = int(found[1])
                if start >= len(content):
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{len(content)}")
                    self.end_headers()
                    return
                self.send_response(206)
                begin = 0 if behaviour.shifted else start
                span = f"bytes {begin}-{len(content) - 1}/{len(content)}"
                self.send_header("Content-Range", span)
            else:
                self.send_response(200)
            if behaviour.sized:
                self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            content = content[start:][: behaviour.break_after]
            with suppress(ConnectionError):  # the other side may have had enough
                if behaviour.held is not None:
                    content = self.drip(content, behaviour.held)
                self.wfile.write(content)

        def drip(self, content: bytes, held: threading.Event) -> bytes:
            half = len(content) // 2
            self.wfile.write(content[:half])
            content = content[half:]
            while content and not held.wait(DRIP_S):
                self.wfile.write(content[:DROP])
                content = content[DROP:]
            return content

    return Handler


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """The address of the file while the server runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(behaviour))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/weights.pth"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
