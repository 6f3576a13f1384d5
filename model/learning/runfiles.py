"""A run's folder: its state, written whole or not at all, and its log.

Killed at any moment, a run leaves the last whole state behind. Nothing here is a pickle.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from model import files
from model.errors import CheckpointError
from model.learning.errors import NoSpaceError, RunError

STATE = "state.safetensors"
KEY = "run"  # of its metadata
LOG = "log.jsonl"
DRAFT = ".draft-"  # begins the name of a file that is being written
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Position:
    """How far a run is: `step` steps of epoch `epoch` are done."""

    epoch: int = 0
    step: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """All that a run needs to go on as if nothing had happened.

    `run` says which run this is (recipe, seed, lists), in values that JSON keeps as they are;
    `network` is a state dict, `momentum` the optimiser's buffers by the number of the weight.
    """

    run: Mapping[str, Any]
    at: Position
    network: Mapping[str, Tensor]
    momentum: Mapping[int, Tensor]


@contextmanager
def space_watched(what: Path) -> Iterator[None]:
    """Turns a full disk into `NoSpaceError`, any other failure to write into `RunError`."""
    try:
        yield
    except (OSError, CheckpointError) as error:
        cause = error.__cause__ if isinstance(error, CheckpointError) else error
        if not isinstance(cause, OSError):
            raise
        if cause.errno in FULL:
            raise NoSpaceError(
                f"There is no space left to write {what.name}; everything from before is "
                "untouched. Free some space and start again: the run goes on where it was."
            ) from error
        raise RunError(f"{what} cannot be written: {cause.strerror}.") from error


def write_whole(path: Path, content: bytes) -> None:
    """Writes beside the file, to the disk, then to its name. Raises `NoSpaceError`, `RunError`."""
    with space_watched(path):
        files.write_whole(path, content, draft=DRAFT)


def save_state(folder: Path, state: State) -> None:
    """Replaces the state of the run. Raises `NoSpaceError`; the state before then still counts."""
    tensors = {f"network.{name}": tensor for name, tensor in state.network.items()}
    tensors.update({f"momentum.{number}": tensor for number, tensor in state.momentum.items()})
    entry = {"run": dict(state.run), "epoch": state.at.epoch, "step": state.at.step}
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_whole(folder / STATE, safetensors.torch.save(plain, {KEY: json.dumps(entry)}))


def load_state(folder: Path, run: Mapping[str, Any]) -> State:
    """The last state of this very run. Raises `RunError` if it is damaged or another run's."""
    try:
        with safe_open(folder / STATE, framework="pt") as file:
            entry = json.loads(file.metadata()[KEY])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        state = State(
            run=entry["run"],
            at=Position(entry["epoch"], entry["step"]),
            network=_under("network.", tensors),
            momentum={int(n): t for n, t in _under("momentum.", tensors).items()},
        )
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"The state in {folder} is damaged: start the run afresh.") from error
    differs = [key for key in run if run[key] != state.run.get(key)]
    if differs:
        raise RunError(
            f"The run in {folder} was started with another {differs[0].replace('_', ' ')}: resume "
            "it with what it was started with, or use another folder."
        )
    return state


def prepare_folder(folder: Path, *, resume: bool) -> None:
    """Makes the folder and clears what a killed run was writing.

    Raises `RunError` if it holds a run that nobody asked to resume.
    """
    check_folder(folder, resume=resume)
    with space_watched(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for draft in folder.glob(f"{DRAFT}*"):
            draft.unlink()


def check_folder(folder: Path, *, resume: bool) -> None:
    """Raises `RunError` if it holds a run that nobody asked to resume, or can be none."""
    check_writable(folder)
    if not resume and (folder / STATE).exists():
        raise RunError(f"{folder} already holds a run: resume it, or use another folder.")


def check_writable(folder: Path) -> None:
    """Raises `RunError` if this is no folder, or none that files may be written to or made in."""
    there = _nearest(folder)
    if not there.is_dir():
        raise RunError(f"{there} is a file: give a folder for the run.")
    if not os.access(there, os.W_OK | os.X_OK, effective_ids=True):
        raise RunError(f"Nothing may be written in {there}: give another folder for the run.")


def space_for_run(folder: Path, weights: int) -> int:
    """Bytes that a run over that many bytes of weights takes, beyond what it has already.

    A state is the weights and their momentum; while one is written, the one before is still there.
    """
    kept = (folder / STATE).stat().st_size if (folder / STATE).exists() else 0
    return 2 * 2 * weights - kept


def check_space(folder: Path, needed: int) -> None:
    """Raises `NoSpaceError` unless so many bytes fit on the disk where the folder is or will be."""
    free = shutil.disk_usage(_nearest(folder)).free
    if free < needed:
        raise NoSpaceError(
            f"{needed / 1e6:.1f} MB are needed in {folder}, but only {free / 1e6:.1f} MB are free: "
            "make some room, or use another folder."
        )


def _nearest(folder: Path) -> Path:
    """The folder, or what is there of the way to it."""
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())


class RunLog:
    """One JSON object a line, for people and for the curve. Kept whole across kills."""

    def __init__(self, folder: Path, at: Position) -> None:
        """Opens the log and takes out what the resumed run will do again."""
        self._path = folder / LOG
        kept = [line for line in _whole_lines(self._path) if _before(line, at)]
        write_whole(self._path, "".join(f"{json.dumps(line)}\n" for line in kept).encode())

    def write(self, entry: Mapping[str, Any]) -> None:
        """Adds a line. Raises `NoSpaceError`."""
        with space_watched(self._path), self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's log so far; a line that is being written is left out."""
    return _whole_lines(folder / LOG)


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    lines: list[dict[str, Any]] = []
    for text in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            lines.append(json.loads(text))
        except ValueError:
            continue  # cut off by a kill
    return lines


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


def _before(line: Mapping[str, Any], at: Position) -> bool:
    """Checking comes after the last step of an epoch, so it is done again from there."""
    checked = "check" in line
    return (line.get("epoch", 0), line.get("step", 0), checked) <= (at.epoch, at.step, False)
