"""Slow use cases behind a button: progress while they run, one sentence if they fail."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.components.progress import SENTENCES, progress_value
from app.workflow.errors import AppError
from app.workflow.running import Done, Progress, run
from model.errors import Cancelled, ModelError
from model.inference.prediction import OnProgress
from storage.errors import StorageError
from storage.files import FULL, is_full_disk

T = TypeVar("T")
EXPECTED = (AppError, ModelError, StorageError)
UNEXPECTED = (
    "Something went wrong in the program itself. Your video is safe. Try again; if it happens"
    " again, tell whoever runs this (the log says more)."
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failed:
    """Why it did not work, for the person."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """It ended because somebody asked for that; what to say of it."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Finished(Generic[T]):
    """The result."""

    value: T


def watched(
    work: Callable[[OnProgress], T], *, about: str = "", stop: threading.Event | None = None
) -> Iterator[dict[str, Any] | Failed | Stopped | Finished[T]]:
    """Yields values for the progress component, then `Finished`, `Failed` or `Stopped`.

    `about` stands before the stage's sentence, for example a file's name. Setting `stop` ends it.
    """
    before = f"{about}: " if about else ""
    try:
        for step in run(work, stop=stop):
            match step:
                case Progress():
                    yield _progress(step, before)
                case Done(value):
                    yield Finished(value)
    except Cancelled as cancelled:
        yield Stopped(str(cancelled))
    except EXPECTED as error:
        yield Failed(f"{before}{error}")
    except Exception as error:
        log.exception("a use case failed unexpectedly")
        yield Failed(f"{before}{FULL if is_full_disk(error) else UNEXPECTED}")


def waiting(sentence: str) -> dict[str, Any]:
    """The progress component before anything has begun."""
    return progress_value("storing", 0.0, elapsed_s=0.0, sentence=sentence)


def failed(sentence: str) -> dict[str, Any]:
    """The progress component after an error."""
    return progress_value("storing", 0.0, elapsed_s=0.0, error=sentence)


def noted(sentence: str) -> dict[str, Any]:
    """The progress component with a remark that is no error, such as that it was stopped."""
    return progress_value("storing", 0.0, elapsed_s=0.0, note=sentence)


def _progress(step: Progress, before: str) -> dict[str, Any]:
    return progress_value(
        step.stage,
        step.share,
        elapsed_s=step.elapsed_s,
        remaining_s=step.remaining_s,
        sentence=f"{before}{SENTENCES[step.stage]}" if before else "",
    )
