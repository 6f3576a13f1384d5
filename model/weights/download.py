"""Fetches one file: with progress, resumed where it stopped, checked before it gets its name."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import httpx

from model.errors import DownloadError

OnBytes = Callable[[int, int | None], None]
"""Called with the bytes that are here and the total, None if the server does not tell it.

May raise `model.errors.Cancelled`; what is here stays, and the next attempt goes on from there.
"""

PART = ".part"
CHUNK = 1 << 18  # bytes between two calls of the callback
TIMEOUT = httpx.Timeout(30.0, connect=15.0)  # seconds without a single byte


def download(
    url: str, target: Path, *, sha256: str = "", on_progress: OnBytes | None = None
) -> str:
    """Fetches `url` to `target` and returns the SHA-256 of the file.

    `sha256` is the expected hash or its beginning; empty if none is known. What was fetched so far
    lies in `target` with `.part` added. Raises `DownloadError` if there is no connection, the
    server refuses, the disk is full or the hash is another one, and passes on what `on_progress`
    raises; `target` then is what it was before.
    """
    part = target.with_name(target.name + PART)
    with _explained(url, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as file:
            _lock(file, target)
            try:
                _fetch(url, file, on_progress)
            except _Changed:
                file.truncate(0)
                _fetch(url, file, on_progress)
            found = _hash(part)
            if not found.startswith(sha256.lower()):
                part.unlink()
                raise DownloadError(
                    f"What {_host(url)} sent for {target.name} is not the published file: its "
                    f"SHA-256 begins with {found[: len(sha256)]} instead of {sha256}. It was "
                    "thrown away; try again later or get the file from elsewhere."
                )
            _place(part, target)
    return found


class _Changed(Exception):
    """The server's file is not the one that the first part came from."""


def _lock(file: BinaryIO, target: Path) -> None:
    """Two downloads into one file would spoil each other."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DownloadError(f"{target.name} is being fetched already; wait until it is.") from error


def _fetch(url: str, file: BinaryIO, on_progress: OnBytes | None) -> None:
    """Completes `file`, or starts it anew if the server cannot go on from the middle."""
    here = file.seek(0, os.SEEK_END)
    # Ranges count bytes as they travel, so they must travel as they are stored.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={here}-"} if here else {})
    with (
        httpx.Client(follow_redirects=True, timeout=TIMEOUT) as client,
        client.stream("GET", url, headers=headers) as response,
    ):
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            if _total(response.headers) == here:
                return  # nothing was missing
            raise _Changed
        response.raise_for_status()
        if here and response.status_code != httpx.codes.PARTIAL_CONTENT:
            file.truncate(0)
        elif here and not response.headers.get("Content-Range", "").startswith(f"bytes {here}-"):
            raise _Changed
        _receive(response, file, on_progress)


def _receive(response: httpx.Response, file: BinaryIO, on_progress: OnBytes | None) -> None:
    """Appends the body to `file`."""
    total = _total(response.headers)
    done = file.seek(0, os.SEEK_END)
    for chunk in response.iter_bytes(CHUNK):
        file.write(chunk)
        done += len(chunk)
        if on_progress is not None:
            on_progress(done, total)
    file.flush()
    os.fsync(file.fileno())
    if total is not None and done != total:
        raise httpx.RemoteProtocolError(f"{done} of {total} bytes arrived")


def _total(headers: httpx.Headers) -> int | None:
    """Size of the whole file, from `Content-Range: bytes 5-9/10` or `Content-Length: 10`."""
    text = headers.get("Content-Range", "").rpartition("/")[2] or headers.get("Content-Length", "")
    return int(text) if text.isdigit() else None


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place(part: Path, target: Path) -> None:
    os.replace(part, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _host(url: str) -> str:
    return httpx.URL(url).host or url


@contextmanager
def _explained(url: str, target: Path) -> Iterator[None]:
    """Turns what can go wrong into one sentence for a person."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        why = "it is not there any more" if status in (404, 410) else f"it answered {status}"
        raise DownloadError(
            f"{_host(url)} does not give out {target.name}: {why}. Get the file in another way "
            "and import it with `models import`."
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DownloadError(
            f"{target.name} could not be fetched from {_host(url)}: there is no connection, or it "
            "broke off. Try again when this computer is online; what has arrived is kept."
        ) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "the disk is full" if full else f"it cannot be written ({error.strerror})"
        raise DownloadError(
            f"{target.name} could not be kept in {target.parent}: {why}. Make room there, or "
            "choose another data folder."
        ) from error
