"""One folder for each class with its videos in it, as many training programs want them.

A label that cannot be the name of a folder everywhere is written with `%` and the digits of a URL.
Not kept: everything but the label of the whole video.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from storage.exchange.names import base_name, media_name
from storage.exchange.rows import LabelledVideo
from storage.exchange.statement import Found, found

# Windows, macOS and Linux in one: reserved signs, and dots and spaces at an end.
UNSAFE = re.compile(r'[%/\\:*?"<>|\x00-\x1f\x7f]|^[. ~]|[. ]$')
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")


def path(row: LabelledVideo) -> str | None:
    """Where the video lies; None if no label counts for it."""
    if row.usable is None or row.usable.label is None:
        return None
    return f"{folder_of(row.usable.label)}/{media_name(row.video)}"


def folder_of(label: str) -> str:
    """The folder of a class; `label_of` is its reverse."""
    safe = UNSAFE.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), label)
    return f"%{ord(safe[0]):02X}{safe[1:]}" if RESERVED.match(safe) else safe


def label_of(folder: str) -> str:
    """The class of a folder."""
    return unquote(folder)


def read(paths: Iterable[str]) -> Iterator[Found]:
    """What the paths of an archive say: each file's folder is its label."""
    for path in paths:
        folder = path.rstrip("/").rpartition("/")[0]
        if path.endswith("/") or not folder or base_name(path).startswith("."):
            continue
        yield found(path, {"path": path, "label": label_of(base_name(folder))})
