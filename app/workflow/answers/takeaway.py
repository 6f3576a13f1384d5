"""What a person takes away of one answer: the film, the table, the arrays; each a file to fetch."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from app.workflow.answers import numbers
from app.workflow.answers.drawing.view import Asked
from app.workflow.answers.explain import Answer
from app.workflow.answers.film import write_film
from app.workflow.services import Services
from model.inference.prediction import OnProgress, Prediction
from storage.files import full_disk_said_plainly

Sheet = Literal["csv", "npz"]
WRITERS: dict[Sheet, Callable[[Prediction], bytes]] = {
    "csv": numbers.table,
    "npz": numbers.arrays,
}
LONGEST_STEM = 60  # letters of a file's name that come from the video's


def film(services: Services, answer: Answer, asked: Asked, on_progress: OnProgress) -> Path:
    """The explained film, in a folder of its own in the outbox; nothing stays if it fails.

    Raises `VideoError`, `NotFoundError` and whatever the callback raises.
    """
    prediction = answer.prediction
    with outgoing(services) as folder:
        target = folder / _name(answer, f" - {prediction.top[asked.row].label}", "mp4")
        source = services.media.local_path(answer.video.uri)
        write_film(
            source, prediction, target, asked=asked, limits=services.limits, on_progress=on_progress
        )
    return target


def sheet(services: Services, answer: Answer, kind: Sheet) -> Path:
    """The numbers as a table or as arrays, in a folder of its own in the outbox."""
    with outgoing(services) as folder:
        target = folder / _name(answer, "", kind)
        target.write_bytes(WRITERS[kind](answer.prediction))
    return target


@contextmanager
def outgoing(services: Services) -> Iterator[Path]:
    """A folder in the outbox that nobody can guess the name of; it goes if the block fails.

    Raises `NoSpaceError` if the disk is full.
    """
    with full_disk_said_plainly():
        services.outbox.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=services.outbox))
    try:
        with full_disk_said_plainly():
            yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _name(answer: Answer, more: str, suffix: str) -> str:
    stem = re.sub(r"[^\w .()-]", "", Path(answer.video.name).stem).strip(". ")
    about = re.sub(r"[^\w .()-]", "", more)
    return f"{stem[:LONGEST_STEM] or 'video'}{about[:LONGEST_STEM]}.{suffix}"
