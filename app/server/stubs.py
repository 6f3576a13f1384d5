"""Gradio's import without the type stubs that it renders for editors."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_stubs() -> Iterator[None]:
    """While the block lasts, importing Gradio takes half of its processor time.

    Gradio 6.31 renders a `.pyi` file for each component that is defined, and compares it with the
    one beside the source; it leaves out components whose source cannot be found.
    """
    find_file = inspect.getfile

    def find_no_component(thing: Any) -> str:
        if type(thing).__module__ in ("gradio.component_meta", "gradio.blocks_events"):
            raise OSError("no type stub is wanted")
        return find_file(thing)

    inspect.getfile = find_no_component  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = find_file
