"""Pages that are built without the web app that Gradio makes for each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gradio.routes import App


@contextmanager
def without_routes() -> Iterator[None]:
    """While the block lasts, pages that this thread builds get no routes.

    Gradio 6.31 makes a hundred routes at the end of every page, throws them away at the end of the
    next one, and serves others: those that `mount_gradio_app` makes. That was most of the
    processor time which building the site took.
    """
    make, builder = App.create_app, threading.get_ident()

    def make_elsewhere(*given: Any, **options: Any) -> App | None:
        return None if threading.get_ident() == builder else make(*given, **options)

    App.create_app = staticmethod(make_elsewhere)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        App.create_app = staticmethod(make)  # type: ignore[method-assign]
