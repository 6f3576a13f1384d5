"""The uploads under way: one file each, few at once, and never the last of the disk."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from python_multipart.multipart import parse_options_header

from app.server.bodies import Refused
from app.settings import Settings
from app.workflow.upkeep.drafts import TEMPORARY

LOOK_EVERY_BYTES = 64 << 20  # how often the free space is looked at
MAX_HEAD = 16 << 10


@dataclass(slots=True)
class Place:
    """One upload's claim on the disk; `left` bytes are announced and not yet written."""

    left: int


class Uploads:
    """Counts the uploads of each person and the space that they have been promised."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._running: Counter[str] = Counter()
        self._places: list[Place] = []

    @contextmanager
    def one(self, person: str, announced: int) -> Iterator[Place]:
        """Holds a place for an upload of `announced` bytes while it lasts. Raises `Refused`."""
        if self._running[person] >= self._settings.uploads_at_once:
            raise Refused(429, "Your other uploads are still under way; wait until one is done.")
        self.check_space(announced)
        place = Place(announced)
        self._running[person] += 1
        self._places.append(place)
        try:
            yield place
        finally:
            self._places.remove(place)
            self._running[person] -= 1
            self._running = +self._running  # forgets those who have none

    def check_space(self, more: int = 0) -> None:
        """Raises `Refused` if `more` bytes, beside what is promised, would eat the reserve."""
        free = shutil.disk_usage(_existing(self._settings.gradio_dir)).free
        promised = sum(place.left for place in self._places)
        if free - promised - more < self._settings.min_free_bytes:
            raise Refused(507, "The disk is nearly full; free some space and send it again.")

    def fragments(self) -> list[Path]:
        """Half-written files that no upload is writing any more; none while one is under way."""
        folder = self._settings.gradio_dir
        if self._places or not folder.is_dir():
            return []
        return [path for path in folder.iterdir() if TEMPORARY.fullmatch(path.name)]


class BareFile:
    """Follows an upload whose whole body is the file, and what it takes of the disk."""

    def __init__(self, uploads: Uploads, place: Place) -> None:
        self._uploads = uploads
        self._place = place
        self._since_look = 0

    def look_at(self, data: bytes, *, is_last: bool) -> None:
        """Takes the next piece. Raises `Refused`."""
        del is_last
        self._place.left = max(0, self._place.left - len(data))
        self._since_look += len(data)
        if self._since_look >= LOOK_EVERY_BYTES:
            self._since_look = 0
            self._uploads.check_space()


class OneFile(BareFile):
    """Follows an upload's body (RFC 7578): it may hold one file and nothing else.

    Stricter than the parser behind it, so that the two never disagree, and a plain search once
    the file has begun, because gigabytes pass through here.
    """

    def __init__(self, boundary: bytes, uploads: Uploads, place: Place) -> None:
        super().__init__(uploads, place)
        self._opening = b"--" + boundary + b"\r\n"
        self._closing = b"\r\n--" + boundary
        self._pending = b""  # what has come and is not decided yet
        self._stage: Literal["head", "file", "end"] = "head"

    def look_at(self, data: bytes, *, is_last: bool) -> None:
        """Takes the next piece. Raises `Refused`."""
        super().look_at(data, is_last=is_last)
        if self._stage != "end":
            self._pending += data
        if self._stage == "head":
            self._read_head()
        if self._stage == "file":
            self._read_file()
        if is_last and self._stage != "end":
            raise Refused(400, "This upload is not complete; send it again.")

    def _read_head(self) -> None:
        head, found, rest = self._pending.partition(b"\r\n\r\n")
        if not found:
            if len(self._pending) > MAX_HEAD:
                raise Refused(400, "This upload could not be understood.")
            return
        if not head.startswith(self._opening):
            raise Refused(400, "This upload could not be understood.")
        lines = head.removeprefix(self._opening).split(b"\r\n")
        named = [value for line in lines if (value := _disposition(line)) is not None]
        # Gradio gathers a part without a file name in memory, whatever its size.
        if len(named) != 1 or b"filename" not in parse_options_header(named[0])[1]:
            raise Refused(413, "An upload is a file with a name; this is something else.")
        self._pending = rest
        self._stage = "file"

    def _read_file(self) -> None:
        at = self._pending.find(self._closing)
        if at < 0:
            self._pending = self._pending[-len(self._closing) :]
            return
        after = self._pending[at + len(self._closing) :][:2]
        if not b"--".startswith(after):
            raise Refused(413, "Send one file at a time.")
        if after == b"--":
            self._pending = b""
            self._stage = "end"
        else:
            self._pending = self._pending[at:]


def _disposition(line: bytes) -> bytes | None:
    """What follows `Content-Disposition:` in a header line; None if it is another header."""
    name, _, value = line.partition(b":")
    return value.strip() if name.strip().lower() == b"content-disposition" else None


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
