"""Taking a port, the health report, and the versions that are needed."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.server import floors
from app.server.floors import numbers, too_old
from app.server.port import address, take_port
from app.server.web import Health, private_paths
from app.settings import Settings, SettingsError
from tests.conftest import ROOT
from tests.serving import site

PROGRAM = """
from app.settings import load_settings, prepare_environment
settings = load_settings()
prepare_environment(settings)
from app.server.listen import listen
from app.server.port import take_port
from tests.serving import build
with take_port(settings.host, settings.port) as taken:
    taken.listen()
    listen(build(settings), settings, taken, opened=lambda url: print(url, flush=True))
"""


def test_a_port_that_is_taken_is_said() -> None:
    with take_port("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"127.0.0.1:{port} cannot be used"):
            take_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1"])
def test_an_address_that_is_not_ours_is_said(host: str) -> None:
    with pytest.raises(SettingsError, match="cannot be used"):
        take_port(host, 0)


def test_answers_are_not_held_back() -> None:
    """asyncio switches Nagle's algorithm off only where the socket names its protocol."""
    with take_port("127.0.0.1", 0) as taken:
        assert taken.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:7860"),
        ("0.0.0.0", "http://localhost:7860"),
        ("::", "http://localhost:7860"),
        ("::1", "http://[::1]:7860"),
    ],
)
def test_the_address_to_visit(host: str, shown: str) -> None:
    assert address(host, 7860) == shown


def test_it_serves_until_it_is_told_to_stop(data_dir: Path) -> None:
    """Also with a page open, whose stream never ends by itself; quietly, and with code 0."""
    environment = {"SECOND_LOOK_PORT": "0", "SECOND_LOOK_DATA_DIR": str(data_dir)}
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    url = running.stdout.readline().strip()
    assert httpx.get(f"{url}/health", timeout=30).json()["status"] == "ready"
    with httpx.stream("GET", f"{url}/gradio_api/heartbeat/somebody", timeout=30) as stream:
        assert stream.status_code == 200
        running.send_signal(signal.SIGINT)
        _, complaints = running.communicate(timeout=30)
    assert (running.returncode, complaints) == (0, "")


@pytest.mark.parametrize(
    ("state", "status"), [("ready", 200), ("warming up", 200), ("failed", 503)]
)
def test_health(settings: Settings, state: str, status: int) -> None:
    report = Health(state, "A note.")  # type: ignore[arg-type]
    with site(settings, health=lambda: report) as running:
        answer = running.client.get("/health")
    assert answer.status_code == status
    assert json.loads(answer.text) == {"status": state, "note": "A note."}


def test_what_is_installed_is_new_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert too_old() == []
    monkeypatch.setattr(floors, "FLOORS", {"gradio": (7,), "no-such-package": (1, 2)})
    monkeypatch.setattr(floors, "FFMPEG_FLOOR", (99,))
    complaints = too_old()
    assert [complaint.split()[0] for complaint in complaints] == [
        "gradio",
        "no-such-package",
        "FFmpeg",
    ]
    assert "missing; at least 1.2 is needed" in complaints[1]


@pytest.mark.parametrize(
    ("text", "parts"),
    [("2.14.1+cu130", (2, 14, 1)), ("n8.1.2", (8, 1, 2)), ("0.0.34", (0, 0, 34)), ("3.0rc1", (3,)),
     ("missing", ())],
)  # fmt: skip
def test_versions_are_compared_as_numbers(text: str, parts: tuple[int, ...]) -> None:
    assert numbers(text) == parts


def test_gradio_is_kept_from_all_that_is_ours(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, users_file=data_dir / "users")
    closed = [Path(path) for path in private_paths(settings)]
    for path in (
        data_dir / "second-look.sqlite3",
        data_dir / "second-look.sqlite3-wal",
        data_dir / "media",
        settings.models_dir,
        settings.cache_dir,
        settings.login_key_file,
        data_dir / "users",
    ):
        assert path in closed
    assert not any(settings.gradio_dir.is_relative_to(path) for path in closed)
