"""Media files, named by what is in them: `ab/<sha256>`, and side files `ab/<sha256>.<name>`.

A file is written aside, synced and renamed, so a name stands for a whole file or for none. URIs are
relative to the store, so that a data folder can be moved. The store is a folder, or any URL that
fsspec can open; files of a remote one are copied to `spool` before they are used.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from storage.errors import InvalidError, NoSpaceError, NotFoundError
from storage.files import (
    FULL,
    claimed,
    full_disk_said_plainly,
    place,
    remove_if_abandoned,
    sync_folder,
)

MIB = 1 << 20
GIB = 1 << 30
HOUR_S = 3600.0
CLAIM = ".claim"  # beside a draft while somebody writes it
CHUNK_BYTES = MIB
CHECK_EVERY_BYTES = 16 * MIB  # how often free space is looked at while a stream comes in
URI = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})(\.[a-z0-9][a-z0-9._-]{0,80})?")
SIDE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where the bytes are. `created` is False if they were there already. `size` in bytes."""

    sha256: str
    uri: str
    size: int
    created: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A side file while it is written: write to `path`; `uri` is its name once it is whole."""

    path: Path
    uri: str


class MediaStore:
    """Files by content. Makes its folders when it first writes. Safe between threads, processes.

    `reserve_bytes` of the disk stay free: what would not fit is refused before it is written.
    """

    def __init__(
        self, root: str | Path, *, reserve_bytes: int = GIB, spool: Path | None = None
    ) -> None:
        found: tuple[Any, str] = url_to_fs(str(root))
        self._files, self._root = found
        self._local = Path(self._root) if isinstance(self._files, LocalFileSystem) else None
        work = spool if self._local is None else self._local
        if work is None:
            raise InvalidError(f"The media store {root} is remote and needs a local spool folder.")
        self._work = work
        self._drafts = work / ".drafts"
        self._copies = work / ".copies"
        self._reserve = reserve_bytes

    def put(self, source: Path | BinaryIO, *, max_bytes: int | None = None) -> StoredFile:
        """Stores a file or a stream, hashing on the way; the same bytes are kept once.

        Raises `NoSpaceError`, `InvalidError` if it is empty or larger than `max_bytes`. Nothing is
        left behind then.
        """
        if isinstance(source, Path):
            with source.open("rb") as stream:
                self._refuse_if_full(source.stat().st_size)
                return self._put(stream, max_bytes)
        return self._put(source, max_bytes)

    def put_side(self, sha256: str, name: str, source: Path | BinaryIO) -> str:
        """Copies a file or a stream to a side file of `sha256`; returns its URI."""
        with self.draft(sha256, name) as draft, draft.path.open("wb") as target:
            if isinstance(source, Path):
                with source.open("rb") as stream:
                    shutil.copyfileobj(stream, target)
            else:
                shutil.copyfileobj(source, target)
        return draft.uri

    @contextmanager
    def draft(self, sha256: str, name: str) -> Iterator[Draft]:
        """A path to write a side file to; it takes its place when the block ends without error.

        `name` in lower case, such as `proxy.mp4`. Replaces an earlier side file of that name.
        """
        uri = side_uri(sha256, name)
        with self._aside() as path:
            yield Draft(path=path, uri=uri)
            with path.open("rb") as whole:
                os.fsync(whole.fileno())
            self._publish(path, uri)

    def exists(self, uri: str) -> bool:
        """Whether there is a whole file of this name."""
        return bool(self._files.exists(self._at(uri)))

    def open(self, uri: str) -> BinaryIO:
        """The file for reading. Raises `NotFoundError`."""
        try:
            stream: BinaryIO = self._files.open(self._at(uri), "rb")
        except FileNotFoundError as error:
            raise _missing() from error
        return stream

    def local_path(self, uri: str) -> Path:
        """The file on this machine, for reading only; of a remote store, a copy of it.

        A copy may be swept away an hour after it was last asked for. Raises `NotFoundError`.
        """
        if not self.exists(uri):
            raise _missing()
        if self._local is not None:
            return self._local / uri
        copy = self._copies / uri
        if copy.exists():
            os.utime(copy)
            return copy
        copy.parent.mkdir(parents=True, exist_ok=True)
        with self._aside() as path:
            self._files.get_file(self._at(uri), str(path))
            place(path, copy)
        return copy

    def location(self, uri: str) -> str:
        """The full path or URL of a file, for other programs."""
        return (
            self._at(uri)
            if self._local is not None
            else self._files.unstrip_protocol(self._at(uri))
        )

    def delete(self, uri: str) -> bool:
        """Removes a file; False if it was not there."""
        try:
            self._files.rm_file(self._at(uri))
        except FileNotFoundError:
            return False
        return True

    def delete_all(self, sha256: str) -> tuple[str, ...]:
        """Removes a stored file, everything beside it and local copies; returns the URIs."""
        first = f"{sha256[:2]}/{sha256}"
        folder, _, name = self._at(first).rpartition("/")
        if not self._files.exists(folder):
            return ()
        names = (str(found).rsplit("/", 1)[-1] for found in self._files.ls(folder, detail=False))
        uris = sorted(f"{sha256[:2]}/{one}" for one in names if one.split(".")[0] == name)
        for uri in uris:
            self.delete(uri)
            (self._copies / uri).unlink(missing_ok=True)
        return tuple(uris)

    def free_bytes(self) -> int:
        """What may still be written on this machine's disk, the reserve not counted."""
        self._work.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._work).free - self._reserve

    def sweep_abandoned(self) -> tuple[str, ...]:
        """Removes the drafts whose writers are gone, however young they are; returns the names."""
        names = sorted(claim.stem for claim in self._drafts.glob(f"*{CLAIM}"))
        gone = [name for name in names if remove_if_abandoned(self._drafts / (name + CLAIM))]
        for name in gone:
            (self._drafts / name).unlink(missing_ok=True)
        return tuple(gone)

    def sweep(
        self, *, older_than_s: float = HOUR_S, keep: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """Removes what nobody needs any more, if it is old; returns the names.

        That is what a crash left half-written, copies of remote files, and, if `keep` names the
        URIs of all videos (`videos.uris`), every stored file that belongs to none of them.
        """
        before = time.time() - older_than_s
        swept = [
            str(path.relative_to(self._work))
            for folder in (self._drafts, self._copies)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and _unlinked_if_old(path, before)
        ]
        if keep is not None and self._local is not None:
            swept += self._sweep_unknown(self._local, keep, before)
        return tuple(swept)

    def _sweep_unknown(self, folder: Path, keep: Collection[str], before: float) -> Iterator[str]:
        known = {match[1] for uri in keep if (match := URI.fullmatch(uri))}
        for path in sorted(folder.glob("[0-9a-f][0-9a-f]/*")):
            match = URI.fullmatch(f"{path.parent.name}/{path.name}")
            if match and match[1] not in known and _unlinked_if_old(path, before):
                yield match[0]

    def _put(self, stream: BinaryIO, max_bytes: int | None) -> StoredFile:
        with self._aside() as path:
            digest, size = self._copy(stream, path, max_bytes)
            uri = f"{digest[:2]}/{digest}"
            created = not self.exists(uri)
            if created:
                self._publish(path, uri)
            elif self._local is not None:
                os.utime(self._local / uri)  # young again: a sweep must not take it now
        return StoredFile(sha256=digest, uri=uri, size=size, created=created)

    def _copy(self, stream: BinaryIO, path: Path, max_bytes: int | None) -> tuple[str, int]:
        digest, size, checked = hashlib.sha256(), 0, 0
        with path.open("wb") as target:
            while chunk := stream.read(CHUNK_BYTES):
                size += len(chunk)
                if max_bytes is not None and size > max_bytes:
                    raise InvalidError(
                        f"The file is too large: at most {max_bytes // MIB} MB are possible."
                    )
                if size - checked >= CHECK_EVERY_BYTES:
                    self._refuse_if_full(0)
                    checked = size
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        if size == 0:
            raise InvalidError("The file is empty. Choose another one.")
        return digest.hexdigest(), size

    def _publish(self, path: Path, uri: str) -> None:
        if self._local is None:
            self._files.put_file(str(path), self._at(uri))
            return
        target = self._local / uri
        if not target.parent.exists():
            target.parent.mkdir(exist_ok=True)
            sync_folder(self._local)
        place(path, target)

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        """A name to write to, removed at the end whatever happens."""
        self._refuse_if_full(0)
        self._drafts.mkdir(parents=True, exist_ok=True)
        path = self._drafts / uuid.uuid4().hex
        try:
            with claimed(path.with_name(path.name + CLAIM)), full_disk_said_plainly():
                yield path
        finally:
            path.unlink(missing_ok=True)

    def _refuse_if_full(self, size: int) -> None:
        if self.free_bytes() < size:
            raise NoSpaceError(FULL)

    def _at(self, uri: str) -> str:
        if not URI.fullmatch(uri):
            raise NotFoundError("There is no such file.")
        return f"{self._root}/{uri}"


def side_uri(sha256: str, name: str) -> str:
    """The URI of a side file. Raises `InvalidError` for a name that could leave the store."""
    if not SIDE_NAME.fullmatch(name):
        raise InvalidError(f"{name!r} cannot be the name of a file beside a video.")
    return f"{sha256[:2]}/{sha256}.{name}"


def _missing() -> NotFoundError:
    return NotFoundError("The file of this video is missing. Upload the video again.")


def _unlinked_if_old(path: Path, before: float) -> bool:
    with suppress(FileNotFoundError):  # whoever was writing it may have finished meanwhile
        if path.stat().st_mtime < before:
            path.unlink()
            return True
    return False
