"""The whole app as `make run` serves it, without a worker, for tests that drive a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.server.listen import server
from app.server.port import take_port
from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.services import Services
from tests.app.quick import answer_quickly
from tests.serving import in_a_loop


@dataclass(frozen=True, slots=True)
class WholeApp:
    """A running app and what it stands on."""

    url: str
    settings: Settings
    services: Services


@contextmanager
def whole_app(folder: Path, *, quick: bool = False, **given: Any) -> Iterator[WholeApp]:
    """Serves over `folder` on a free port until the block is left.

    `quick` where it does not matter how good the answers are.
    """
    usual: dict[str, Any] = {"engine": "openvino", "min_free_bytes": 0, "port": 0}
    settings = Settings(data_dir=folder, **(usual | given))
    services = answer_quickly(build(settings)) if quick else build(settings)
    with serve(settings, services) as url:
        yield WholeApp(url, settings, services)


@contextmanager
def serve(settings: Settings, services: Services, port: int = 0) -> Iterator[str]:
    """Serves these until the block is left; yields the address."""
    web = server(in_a_loop(lambda: make_server(settings, services)))
    with take_port(settings.host, port) as taken:
        taken.listen()
        thread = threading.Thread(target=web.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        finally:
            web.should_exit = True
            thread.join(20)
