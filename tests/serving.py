"""A small real Gradio app behind the real server on a real port, for the tests of the server."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
import httpx
from fastapi import FastAPI
from starlette.routing import Mount

from app.pages.parts.unserved import without_routes
from app.server.listen import server
from app.server.media import Kind, MediaFile
from app.server.port import address, take_port
from app.server.web import Health, make_app
from app.settings import Settings, prepare_environment

T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """A running server, and a client for it that keeps its connections."""

    url: str
    settings: Settings
    app: FastAPI
    client: httpx.Client

    @property
    def blocks(self) -> gr.Blocks:
        """The pages that are mounted."""
        mounted = self.app.routes[-1]
        assert isinstance(mounted, Mount)
        assert isinstance(mounted.app, gr.routes.App)
        return mounted.app.get_blocks()


def measure(path: str | None) -> int:
    """Bytes of an uploaded file."""
    return Path(path).stat().st_size if path else 0


def small_blocks() -> gr.Blocks:
    """A page with an upload, a text that is shown as Markdown, and two named endpoints."""
    with gr.Blocks(title="Second Look") as blocks:
        file = gr.File(label="Video", type="filepath")
        size = gr.Number(label="Bytes")
        gr.Button("Measure").click(measure, file, size, api_name="measure")
        word = gr.Textbox(label="Word")
        shown = gr.HTML(label="Shown", value="<p>…</p>")
        gr.Button("Show").click(lambda text: text, word, shown, api_name="show")
    return blocks


def no_media(video_id: int, kind: Kind, user: str | None) -> MediaFile | None:
    """Finds nothing."""
    del video_id, kind, user
    return None


def without(app: FastAPI, *guards: type) -> FastAPI:
    """`app` with some of its middlewares taken out, to show that the tests need them."""
    left_out: tuple[Any, ...] = guards
    kept = [guard for guard in app.user_middleware if guard.cls not in left_out]
    assert len(kept) == len(app.user_middleware) - len(guards)
    app.user_middleware = kept
    return app


def in_a_loop(make: Callable[[], T]) -> T:
    """What `make` returns, called while an event loop runs.

    Gradio makes, and never closes, two loops for each Blocks that is built without one.
    """

    async def work() -> T:
        return make()

    # In a thread of its own, because Playwright's loop may be running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work()).result()


def build(
    settings: Settings, *, blocks: Callable[[], gr.Blocks] = small_blocks, **given: Any
) -> FastAPI:
    """The app over `settings`, with small pages unless others are given."""
    given = {"find_media": no_media, "health": _ready} | given
    make = without_routes()(blocks)
    return in_a_loop(lambda: make_app(settings=settings, blocks=make(), **given))


@contextmanager
def environment(settings: Settings) -> Iterator[None]:
    """The environment that `serve` would set, put back at the end."""
    before = dict(os.environ)
    prepare_environment(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def serving(app: FastAPI, settings: Settings) -> Iterator[Site]:
    """Serves `app` on a free port until the block is left."""
    with take_port(settings.host, 0) as taken:
        running = server(app)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [taken]})
        thread.start()
        while not running.started and thread.is_alive():
            time.sleep(0.01)
        url = address("127.0.0.1", taken.getsockname()[1])
        try:
            with httpx.Client(base_url=url, timeout=20) as client:
                yield Site(url, settings, app, client)
        finally:
            running.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


@contextmanager
def site(settings: Settings, *, leave_out: tuple[type, ...] = (), **given: Any) -> Iterator[Site]:
    """Builds and serves in one go."""
    with environment(settings):
        app = without(build(settings, **given), *leave_out)
        with serving(app, settings) as running:
            yield running


def _ready() -> Health:
    return Health("ready")
