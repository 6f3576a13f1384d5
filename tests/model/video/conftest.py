"""What tests of video reading share: nothing may be left over after any of them."""

from __future__ import annotations

import contextlib
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model.video.making import write_video


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """No decoding process, no thread of one, no open file remains."""
    before = _keepers(), _decoders()  # a test before, of something else, may still be ending
    files = _open_files()
    yield
    assert not _keepers() - before[0]
    assert not _decoders() - before[1]
    assert _open_files() <= files


def _keepers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "decoder-keeper"}


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def _decoders() -> set[int]:
    """Children of this process that decode."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        # an encoder's thread may end between being listed and being asked
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for pid in (task / "children").read_text().split():
                if b"model.video" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.add(int(pid))
    return found


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve numbered frames, H.264 in MP4, 25 a second."""
    return write_video(tmp_path_factory.mktemp("plain") / "plain.mp4")


class _Canary(http.server.BaseHTTPRequestHandler):
    """Answers nothing useful and remembers every request."""

    def do_GET(self) -> None:
        self.server.hits.append(self.path)  # type: ignore[attr-defined]
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test output clean."""


class CanaryServer(http.server.ThreadingHTTPServer):
    """A web server on the loopback that no decoder may ever reach."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Canary)
        self.hits: list[str] = []

    @property
    def port(self) -> int:
        return self.server_address[1]


@pytest.fixture
def canary_server() -> Iterator[CanaryServer]:
    with CanaryServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def canary(canary_server: CanaryServer) -> int:
    """The port of a server that accepts connections."""
    return canary_server.port
