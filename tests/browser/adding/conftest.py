"""The whole app without a worker, which a test may add, and any number of small videos."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.server.listen import server
from app.server.port import take_port
from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.services import Services
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from tests.serving import in_a_loop

Clips = Callable[[int], list[Path]]


@dataclass(frozen=True, slots=True)
class Site:
    """A running app."""

    url: str
    settings: Settings
    services: Services


@contextmanager
def serve(settings: Settings, services: Services, port: int = 0) -> Iterator[str]:
    """Serves until the block is left; yields the address."""
    web = server(in_a_loop(lambda: make_server(settings, services)))
    with take_port(settings.host, port) as taken:
        taken.listen()
        thread = threading.Thread(target=web.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        web.should_exit = True
        thread.join(20)


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serves until the folder's tests are done."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), engine="torch", min_free_bytes=0, port=0
    )
    services = build(settings)
    with serve(settings, services) as url:
        yield Site(url, settings, services)


@pytest.fixture(scope="package")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A second of video."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    render(replace(scenes()[0], duration_s=1.0), path)
    return path.read_bytes()


@pytest.fixture
def clips(short_clip: bytes, tmp_path: Path) -> Clips:
    """Makes so many small files, each with bytes of its own."""
    made = 0

    def make(number: int) -> list[Path]:
        nonlocal made
        paths = []
        for _ in range(number):
            made += 1
            path = tmp_path / f"{tmp_path.name} {made:03}.mp4"
            # A box that every player skips, after the last one: other bytes, the same pictures.
            padding = f"{tmp_path.name} {made}".encode()
            path.write_bytes(short_clip + (len(padding) + 8).to_bytes(4, "big") + b"free" + padding)
            paths.append(path)
        return paths

    return make


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A tab that has time: the whole app and two hundred files share two cores here."""
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield page
    expect.set_options(timeout=5_000)  # Playwright's own


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """What is no video, whatever its name says."""
    path = tmp_path / "letter.mp4"
    path.write_text("Dear friends")
    return path
