"""`python -m app serve`, from the first line to Ctrl+C."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT


def serve(data_dir: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app", "serve", "--data-dir", str(data_dir), *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("wait_for", ["open", "ready"])
def test_it_opens_at_once_and_stops_at_any_time(data_dir: Path, wait_for: str) -> None:
    running = serve(data_dir, "--port", "0")
    assert running.stderr is not None
    said = running.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said
    with httpx.Client(base_url=found[0], timeout=60) as client:
        assert client.get("/health").status_code == 200
        while wait_for == "ready" and client.get("/health").json()["status"] == "warming up":
            pass
    running.send_signal(signal.SIGINT)
    _, more = running.communicate(timeout=60)
    assert (running.returncode, more) == (0, "")


def test_a_port_that_is_taken_is_one_line(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        running = serve(data_dir, "--port", str(taken.getsockname()[1]))
        _, said = running.communicate(timeout=60)
    assert running.returncode == 2
    assert "already running" in said
    assert said.count("\n") == 1


def test_an_open_address_without_a_login_is_refused(tmp_path: Path) -> None:
    running = serve(tmp_path, "--host", "0.0.0.0")
    _, said = running.communicate(timeout=60)
    assert running.returncode == 2
    assert "without a password" in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
