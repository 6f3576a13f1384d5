"""The page that is shown while the program loads."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from app.server.port import take_port
from app.server.starting import starting
from tests.conftest import ROOT

# A server whose loading lasts until a line comes in.
SLOW = """
import sys
from app.server.port import take_port
from app.server.starting import starting
with take_port("127.0.0.1", 0) as taken:
    taken.listen()
    print(taken.getsockname()[1], flush=True)
    with starting(taken):
        sys.stdin.readline()
"""
HEAVY = """
import sys
import app.cli.main, app.cli.serve
slow = {"torch", "gradio", "av", "numpy", "fastapi", "uvicorn"}
print(sorted(slow & set(sys.modules)))
"""


def test_whoever_comes_early_is_told_and_then_let_in() -> None:
    with take_port("127.0.0.1", 0) as taken:
        taken.listen()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with starting(taken):
            early = httpx.get(f"{url}/videos?page=2")
            health = httpx.get(f"{url}/health").json()
            assert httpx.post(f"{url}/upload").status_code == 503
        assert (early.status_code, early.headers["retry-after"]) == (503, "2")
        assert "Second Look is starting" in early.text
        assert 'http-equiv="refresh"' in early.text
        assert health == {"status": "warming up", "note": "Second Look is starting."}
        with socket.create_connection(taken.getsockname()[:2]) as caller:
            served, _ = taken.accept()  # nobody else takes the call any more
            served.close()
            caller.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_stopped_while_it_loads(number: signal.Signals) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", SLOW],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    port = running.stdout.readline().strip()
    assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 503
    running.send_signal(number)
    _, complaints = running.communicate(timeout=30)
    assert (running.returncode, complaints) == (0, "")


def test_the_handlers_of_signals_are_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with take_port("127.0.0.1", 0) as taken:
        taken.listen()
        with starting(taken):
            assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_what_runs_before_the_page_is_quick_to_import() -> None:
    told = subprocess.run(
        [sys.executable, "-c", HEAVY], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_the_real_program_shows_it_first(data_dir: Path) -> None:
    with take_port("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", str(port), "--data-dir", str(data_dir)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(data_dir)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stderr is not None
        seen = [_first_answer(port)]
        assert "is open at" in running.stderr.readline()
        seen.append(httpx.get(f"http://127.0.0.1:{port}/health", timeout=60).status_code)
        assert seen == [503, 200]
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)


def _first_answer(port: int) -> int:
    while True:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/", timeout=60).status_code
        except httpx.ConnectError:
            time.sleep(0.05)
