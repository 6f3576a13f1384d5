"""The uploads under way: one file each, few at once, and never the last of the disk."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.server.bodies import Refused
from app.settings import Settings

LOOK_EVERY_BYTES = 64 << 20  # how often the free space is looked at
FRAGMENT = re.compile(r"tmp[a-z0-9_]{8}")  # as `tempfile` names what Gradio is still writing


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
        return [path for path in folder.iterdir() if FRAGMENT.fullmatch(path.name)]


class UploadParts:
    """Follows an upload's body piece by piece: it may hold one file and nothing else."""

    def __init__(self, boundary: bytes, uploads: Uploads, place: Place) -> None:
        self._uploads = uploads
        self._place = place
        self._since_look = 0
        self._parts = 0
        self._field = self._value = self._disposition = b""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_part,
                "on_header_field": self._on_field,
                "on_header_value": self._on_value,
                "on_header_end": self._on_header,
                "on_headers_finished": self._on_headers,
            },
        )

    def look_at(self, data: bytes, *, is_last: bool) -> None:
        """Takes the next piece. Raises `Refused`."""
        del is_last
        self._place.left = max(0, self._place.left - len(data))
        self._since_look += len(data)
        if self._since_look >= LOOK_EVERY_BYTES:
            self._since_look = 0
            self._uploads.check_space()
        try:
            self._parser.write(data)
        except FormParserError:
            raise Refused(400, "This upload could not be understood; send it again.") from None

    def _on_part(self) -> None:
        self._parts += 1
        if self._parts > 1:
            raise Refused(413, "Send one file at a time.")

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _on_headers(self) -> None:
        # Gradio gathers a part without a file name in memory, whatever its size.
        if b"filename" not in parse_options_header(self._disposition)[1]:
            raise Refused(413, "An upload is a file with a name; this is something else.")


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
