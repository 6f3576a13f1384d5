"""What nobody came back for is cleared away, and nothing else."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.server.leftovers import janitor, sweep
from app.settings import Settings
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


def fill(folder: Path) -> Path:
    kept = folder.parent / "kept.txt"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text("kept")
    (folder / "abc" / "deep").mkdir(parents=True)
    (folder / "abc" / "deep" / "clip.mp4").write_bytes(b"x")
    (folder / "tmpabcdefgh").write_bytes(b"x")
    (folder / "link").symlink_to(kept)
    (folder / "folder-link").symlink_to(kept.parent)
    return kept


def test_old_files_go_and_links_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "tmp" / "gradio"
    kept = fill(folder)
    assert sweep(folder, older_than_s=0) == 4
    assert [path.name for path in folder.rglob("*") if not path.is_dir()] == []
    assert kept.read_text() == "kept"


def test_young_files_stay(tmp_path: Path) -> None:
    fill(tmp_path / "gradio")
    assert sweep(tmp_path / "gradio", older_than_s=3600) == 0


def test_empty_folders_go_at_last(tmp_path: Path) -> None:
    fill(tmp_path / "gradio")
    sweep(tmp_path / "gradio", older_than_s=0)
    sweep(tmp_path / "gradio", older_than_s=0)
    assert list((tmp_path / "gradio").iterdir()) == []


def test_no_folder_is_no_trouble(tmp_path: Path) -> None:
    assert sweep(tmp_path / "nothing", older_than_s=0) == 0


def test_the_janitor_starts_at_once_and_ends(tmp_path: Path) -> None:
    fill(tmp_path / "gradio")

    async def work() -> None:
        async with janitor(tmp_path / "gradio", older_than_s=0):
            while (tmp_path / "gradio" / "tmpabcdefgh").exists():
                await asyncio.sleep(0.01)

    asyncio.run(work())


@pytest.mark.timeout(60)
def test_the_server_has_a_janitor(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, leftover_age_s=0.01)
    leftover = settings.gradio_dir / "abc" / "clip.mp4"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"x")
    with site(settings) as running:
        while leftover.exists():
            assert running.client.get("/health").status_code == 200


def test_a_killed_server_leaves_nothing_once_it_has_started_again(data_dir: Path) -> None:
    """A real server, killed in the middle of an upload, then started again."""
    gradio = data_dir / "tmp" / "gradio"
    kept = gradio / "abc" / "clip.mp4"  # an upload that is complete, and may still be asked for
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"x")
    with started(data_dir) as (process, url):
        begun = upload_half(url)
        waited_for(lambda: any(path.stat().st_size for path in gradio.glob("tmp*")))
        process.kill()
        process.wait()
        begun.close()
    (gradio / "tmpabcd1234").mkdir()
    (gradio / "tmpabcd1234" / "labels.csv").write_bytes(b"x")
    assert len(list(gradio.glob("tmp*"))) == 2
    with started(data_dir) as (_, url):
        assert httpx.get(f"{url}/health", timeout=60).status_code == 200
        assert [path.name for path in gradio.rglob("*") if path.is_file()] == ["clip.mp4"]
        assert list(gradio.glob("tmp*")) == []


def test_a_second_server_leaves_the_uploads_of_the_first_alone(data_dir: Path) -> None:
    gradio = data_dir / "tmp" / "gradio"
    with started(data_dir) as (_, url):
        begun = upload_half(url)
        waited_for(lambda: any(path.stat().st_size for path in gradio.glob("tmp*")))
        with started(data_dir) as (_, second):
            assert httpx.get(f"{second}/health", timeout=60).status_code == 200
            assert len(list(gradio.glob("tmp*"))) == 1
        begun.close()


@contextmanager
def started(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and its address."""
    environment = {"SECOND_LOOK_PORT": "0", "SECOND_LOOK_DATA_DIR": str(data_dir)}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "SECOND_LOOK_MIN_FREE_BYTES": "0"} | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def upload_half(url: str) -> socket.socket:
    """Announces an upload, sends a part of it, and keeps the line open."""
    host, _, port = url.removeprefix("http://").partition(":")
    line = socket.create_connection((host, int(port)), timeout=60)
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="clip.mp4"\r\n\r\n'
    line.sendall(
        b"POST /gradio_api/upload HTTP/1.1\r\n"
        + f"Host: {host}:{port}\r\n".encode()
        + b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n"
        + head
        + bytes(4 << 20)
    )
    return line


def waited_for(is_so: Callable[[], bool]) -> None:
    """Until something is so, or for a minute."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
