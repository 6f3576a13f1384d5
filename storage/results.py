"""Results beside a video: what was computed about one answer and is kept, so nobody waits twice.

A use case says what kind of result it has and gives a value; names, versions and files are known
here alone. A result is one JSON file, with an array file beside it where the kind has arrays. What
an older program kept in another form, or what is damaged, is not found, and can be computed again.
Deleting a video deletes its results (`MediaStore.delete_all`).
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from storage import documents
from storage.errors import NotFoundError
from storage.media import MediaStore, side_uri

T = TypeVar("T")
FORMAT = 2
FORMAT_OF_0_2_0 = 1  # the fields of the value stood beside `format` and `about`
SHORT = 16  # digits of a version's SHA-256 in a file's name
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """The answer that a result is about: SHA-256 of the video and of the version, the protocol.

    `about` (JSON values) tells this answer from another one under the same names; a result with
    another `about` does not count. `about_earlier`: how earlier programs wrote the same.
    """

    video: str
    version: str
    protocol: str
    about: Any
    about_earlier: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Packed:
    """A value as it is written: JSON values (NaN becomes null) and the bytes of an array file."""

    fields: Mapping[str, Any]
    arrays: bytes | None = None


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of result. Raise `revision` when the same fields come to mean something else.

    `name` stands in file names: lower case, digits, `-`. `unpack` may raise `KeyError`, `TypeError`
    or `ValueError` for fields that it cannot read; such a result does not count.
    """

    name: str
    pack: Callable[[T], Packed]
    unpack: Callable[[Packed], T]
    revision: int = 1


def keep(media: MediaStore, subject: Subject, kind: Kind[T], value: T) -> None:
    """Keeps a value, whole or not at all, in place of an earlier one. Raises `StorageError`."""
    packed = kind.pack(value)
    if packed.arrays is not None:
        keep_arrays(media, subject, packed.arrays, kind.name)
    envelope = {
        "format": FORMAT,
        "revision": kind.revision,
        "about": subject.about,
        "arrays": _sha256(packed.arrays),  # written last, this file stands for both
        "value": packed.fields,
    }
    text = json.dumps(documents.plain(envelope), allow_nan=False)
    media.put_side(subject.video, _name(subject, kind.name, "json"), io.BytesIO(text.encode()))


def keep_arrays(media: MediaStore, subject: Subject, content: bytes, kind: str = "") -> str:
    """Keeps an array file and returns its URI. The arrays of the answer itself have no kind."""
    return media.put_side(subject.video, _name(subject, kind, "npz"), io.BytesIO(content))


def find(media: MediaStore, subject: Subject, kind: Kind[T]) -> T | None:
    """What was kept about this very answer; None if nothing was, or nothing that can be read."""
    uri = side_uri(subject.video, _name(subject, kind.name, "json"))
    if not media.exists(uri):
        return None
    try:
        stored = json.loads(_read(media, uri))
        if not _counts(stored, subject, kind):
            return None
        if stored["format"] == FORMAT_OF_0_2_0:
            return kind.unpack(Packed(stored))
        return kind.unpack(Packed(stored["value"], _arrays(media, subject, kind, stored["arrays"])))
    except (KeyError, TypeError, ValueError, NotFoundError):
        log.warning("the result %s cannot be read and does not count", uri, exc_info=True)
        return None


def _counts(stored: Mapping[str, Any], subject: Subject, kind: Kind[T]) -> bool:
    """The one check of versions: whether this is about the answer, in a form that is known."""
    if stored["format"] == FORMAT_OF_0_2_0:
        return kind.revision == 1 and stored["about"] in documents.plain(subject.about_earlier)
    known = (FORMAT, kind.revision, documents.plain(subject.about))
    return (stored["format"], stored["revision"], stored["about"]) == known


def _arrays(media: MediaStore, subject: Subject, kind: Kind[T], sha256: str | None) -> bytes | None:
    """The array file that was written together with the JSON file. Raises `ValueError`."""
    if sha256 is None:
        return None
    content = _read(media, side_uri(subject.video, _name(subject, kind.name, "npz")))
    if _sha256(content) != sha256:
        raise ValueError("its array file belongs to another result")
    return content


def _read(media: MediaStore, uri: str) -> bytes:
    with media.open(uri) as stream:
        return stream.read()


def _name(subject: Subject, kind: str, suffix: str) -> str:
    parts = (subject.version[:SHORT], subject.protocol, kind, suffix)
    return ".".join(part for part in parts if part)


def _sha256(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
