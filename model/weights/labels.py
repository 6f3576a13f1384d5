"""Class names: the Kinetics-400 list that ships here, and label files of one's own."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from pathlib import Path

from model.errors import CheckpointError


def kinetics400() -> tuple[str, ...]:
    """The 400 names of Kinetics-400 in the order that the published networks use."""
    text = files("model.weights").joinpath("kinetics400.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())


def read_labels(path: Path) -> tuple[str, ...]:
    """One name a line, the line number from 0 being the class index.

    Raises `CheckpointError` if the file cannot be read, is empty, or names a class twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(
            f"The label file {path.name} cannot be read; it must be a plain UTF-8 text file."
        ) from error
    labels = tuple(line.strip() for line in text.rstrip().splitlines())
    if not labels or not all(labels):
        raise CheckpointError(
            f"The label file {path.name} has an empty line; write one class name on every line."
        )
    twice = sorted(label for label, count in Counter(labels).items() if count > 1)
    if twice:
        raise CheckpointError(
            f"The label file {path.name} names {twice[0]!r} twice; every class needs its own name."
        )
    return labels
