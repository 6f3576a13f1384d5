"""Errors as Gradio's own, so that people and API clients get a sentence and no traceback."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from app.pages.parts.watching import EXPECTED, UNEXPECTED
from storage.files import FULL, is_full_disk

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)


def plain(function: Callable[P, R]) -> Callable[P, R]:
    """The same function; an error becomes `gr.Error` with its sentence, or that of `watching`."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except gr.Error:
            raise
        except EXPECTED as error:
            raise gr.Error(str(error), print_exception=False) from error
        except Exception as error:  # Gradio would show it as "null", or not at all
            log.exception("a use case failed unexpectedly")
            sentence = FULL if is_full_disk(error) else UNEXPECTED
            raise gr.Error(sentence, print_exception=False) from error

    if isinstance(function, functools.partial):
        wrapped.__annotations__ = _rest(function)
    return wrapped


def _rest(function: functools.partial[Any]) -> dict[str, Any]:
    """Annotations of the arguments that are still to be given."""
    return dict(function.func.__annotations__)
