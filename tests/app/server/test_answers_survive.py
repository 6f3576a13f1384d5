"""Whatever is killed, and however often: all that was uploaded is answered in the end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from tests.conftest import ROOT

Start = Callable[[], "tuple[subprocess.Popen[str], str]"]
PATIENCE_S = 600.0  # a lease must run out, and the machine may be busy


@pytest.fixture
def start(data_dir: Path) -> Iterator[Start]:
    """Starts servers, each with its address; those that still run at the end are killed."""
    started: list[subprocess.Popen[str]] = []
    command = [sys.executable, "-m", "app", "serve", "--port", "0", "--data-dir", str(data_dir)]
    settings = {"SECOND_LOOK_ENGINE": "openvino", "SECOND_LOOK_MIN_FREE_BYTES": "0"}
    environment = {"PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1", **settings}

    def begin() -> tuple[subprocess.Popen[str], str]:
        running = subprocess.Popen(
            command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        )
        started.append(running)
        assert running.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", running.stderr.readline())
        assert found
        return running, found[0]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def workers_of(server: subprocess.Popen[str]) -> list[int]:
    """The processes that do the server's work."""
    listed = Path(f"/proc/{server.pid}/task").iterdir()
    children = [int(pid) for task in listed for pid in (task / "children").read_text().split()]
    return [
        pid
        for pid in children
        if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    ]


def states(url: str, numbers: list[int]) -> list[str]:
    found = httpx.get(f"{url}/progress", params={"video": numbers}, timeout=60).json()
    return [found[str(number)]["state"] for number in numbers]


def wait_until(url: str, numbers: list[int], wanted: str, *, how_many: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while states(url, numbers).count(wanted) < how_many:
        assert time.monotonic() < until, states(url, numbers)
        time.sleep(0.1)


@pytest.mark.timeout(900)  # two starts of everything, and a lease that must run out
def test_all_uploads_are_answered_over_kills_of_worker_and_server(
    data_dir: Path, start: Start
) -> None:
    clip = data_dir / "clip.mp4"
    render(replace(scenes()[0], duration_s=1.0), clip)
    first, url = start()
    numbers = []
    for number in range(4):
        content = clip.read_bytes() + b"\0\0\0\x0cfree" + number.to_bytes(4, "big")
        sent = httpx.post(f"{url}/upload?name=clip {number}.mp4", content=content, timeout=60)
        numbers.append(sent.raise_for_status().json()["video"])
    assert len(set(numbers)) == 4
    wait_until(url, numbers, "working", how_many=1)
    for worker in workers_of(first):
        os.kill(worker, signal.SIGKILL)
    wait_until(url, numbers, "ready", how_many=1)
    first.kill()
    first.wait()
    second, url = start()
    wait_until(url, numbers, "ready", how_many=4)
    second.send_signal(signal.SIGINT)
    assert second.wait(60) == 0
