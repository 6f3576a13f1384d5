"""Every command of the program with words that it accepts, and ways in which those go wrong."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer.main

from app.cli.main import app
from tests.app.cli.conftest import Place

Words = list[object]

# Capabilities by which root may do what permissions forbid (linux/capability.h).
OVERRIDES = (1 << 1) | (1 << 2)
VERSION_3 = 0x20080522


def commands() -> dict[str, Any]:
    """All commands by what is typed, such as `models use`, with what typer knows of them."""
    return dict(_below("", typer.main.get_command(app)))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "list_commands"):
        yield name, command
        return
    for word in command.list_commands(None):
        yield from _below(f"{name} {word}".strip(), command.get_command(None, word))


def examples(place: Place, folder: Path) -> dict[str, dict[str, Words]]:
    """Words that each command accepts, by the name of the parameter; `folder` is for results."""
    video = place.films[0].path
    return {
        "serve": {"port": ["--port", 0]},
        "predict": {
            "videos": [video],
            "model": ["--model", "tiny"],
            "csv": ["--csv", folder / "moments.csv"],
            "arrays": ["--arrays", folder / "arrays.npz"],
            "film": ["--film", folder / "film.mp4"],
        },
        "finetune": {"name": ["--name", "mine"]},
        "train": {
            "config": ["tiny"],
            "data": ["--data", place.list],
            "work_dir": ["--work-dir", folder / "run"],
            "val_data": ["--val-data", place.val],
            "data_prefix": ["--data-prefix", place.folder],
            "labels": ["--labels", place.folder / "labels.txt"],
            "load_from": ["--load-from", place.tiny],
            "epochs": ["--epochs", 1],
            "device": ["--device", "cpu"],
        },
        "distill": {
            "teacher": ["--teacher", "tiny"],
            "student": ["--student", "tiny"],
            "videos": ["--videos", place.one],
            "images": ["--images", place.folder / "pictures"],
            "check": ["--check", video],
            "work_dir": ["--work-dir", folder / "run"],
            "steps": ["--steps", 1],
            "device": ["--device", "cpu"],
        },
        "test": {
            "config": ["tiny"],
            "checkpoint": [place.tiny],
            "data": ["--data", place.one],
            "data_prefix": ["--data-prefix", place.folder],
            "out": ["--out", folder / "result.json"],
            "protocol": ["--protocol", "val"],
        },
        "worker": {"until_input_closes": ["--until-input-closes"]},
        "models list": {},
        "models download": {"name": ["quick"]},
        "models import": {
            "file": [place.folder / "theirs.pth"],
            "name": ["--name", "theirs"],
            "arch": ["--arch", "ircsn-r26"],
            "normalisation": ["--normalisation", "imagenet"],
            "labels": ["--labels", place.folder / "labels.txt"],
        },
        "models use": {"name": ["tiny"]},
        "models card": {"name": ["tiny"], "save": ["--save"]},
        "users add": {"name": ["anna"], "password": ["--password", "correct horse"]},
        "export": {"out": ["--out", folder / "labels.csv"]},
        "import": {"file": [_labels(place.folder)]},
        "add": {"paths": [video]},
        "migrate": {},
        "check": {},
    }


def _labels(folder: Path) -> Path:
    path = folder / "labels to import.csv"
    path.write_text("file,label\nclip.mp4,archery\n")
    return path


def line(name: str, words: dict[str, Words], /, **changed: Words) -> Words:
    """What is typed, with some parameters changed or added; an empty one is left out."""
    return [*name.split(), *(word for one in (words | changed).values() for word in one)]


def with_value(words: Words, value: object) -> Words:
    """The same option or argument with another value."""
    return [*words[:-1], value]


@contextmanager
def without_overrides() -> Iterator[None]:
    """Permissions count for root too, in this thread and those that it starts."""
    if os.geteuid() != 0:
        yield
        return
    before = _capabilities()
    _set_capabilities(*(value & ~OVERRIDES if n == 0 else value for n, value in enumerate(before)))
    try:
        yield
    finally:
        _set_capabilities(*before)


def _capabilities() -> tuple[int, ...]:
    """Effective, permitted and inheritable, the low words and then the high ones."""
    data = (ctypes.c_uint32 * 6)()
    _call("capget", data)
    return tuple(data)


def _set_capabilities(*values: int) -> None:
    _call("capset", (ctypes.c_uint32 * 6)(*values))


def _call(name: str, data: Any) -> None:
    header = (ctypes.c_uint32 * 2)(VERSION_3, 0)
    function: Callable[..., int] = getattr(ctypes.CDLL(None, use_errno=True), name)
    if function(header, data):
        raise OSError(ctypes.get_errno(), f"{name} failed")
