"""Known errors as Gradio's own, so that API clients get the sentence and no traceback."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from app.pages.doing import EXPECTED

P = ParamSpec("P")
R = TypeVar("R")


def plain(function: Callable[P, R]) -> Callable[P, R]:
    """The same function; a known error becomes `gr.Error` with its sentence."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except EXPECTED as error:
            raise gr.Error(str(error), print_exception=False) from error

    if isinstance(function, functools.partial):
        wrapped.__annotations__ = _rest(function)
    return wrapped


def _rest(function: functools.partial[Any]) -> dict[str, Any]:
    """Annotations of the arguments that are still to be given."""
    return dict(function.func.__annotations__)
