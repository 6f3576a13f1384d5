"""What the files of an export have in common: a head, something for each video, an end."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Protocol

from storage.exchange.names import media_name
from storage.exchange.rows import LabelledVideo
from storage.records.labels import LabelRecord
from storage.records.videos import VideoRecord

VIDEOS = "videos/"


@dataclass(frozen=True, slots=True)
class Setting:
    """What all files of one export share.

    `folder` is where the videos lie beside them, ending in a slash, or would lie; `with_media` says
    whether they do. `prefix` goes before the paths of lists that name stored files. `spool` gives
    a temporary file for what cannot be written yet.
    """

    labels: tuple[LabelRecord, ...] = ()
    prefix: str = ""
    folder: str = VIDEOS
    with_media: bool = False
    spool: Callable[[], IO[bytes]] = io.BytesIO

    def path(self, video: VideoRecord) -> str:
        """Where the video lies beside the files of the export."""
        return self.folder + media_name(video)


class Sheet(Protocol):
    """One file while it is written, in one pass over the videos."""

    def head(self) -> bytes:
        """What stands before the first video."""
        ...

    def row(self, row: LabelledVideo) -> bytes:
        """What stands there for one video; empty if nothing does."""
        ...

    def tail(self) -> Iterable[bytes]:
        """What stands after the last one, in pieces."""
        ...


@dataclass(frozen=True, slots=True)
class Lines:
    """A file whose videos stand one after another, with nothing between them."""

    line: Callable[[LabelledVideo], bytes]
    first: bytes = b""

    def head(self) -> bytes:
        """The first line, if there is one."""
        return self.first

    def row(self, row: LabelledVideo) -> bytes:
        """The lines of one video."""
        return self.line(row)

    def tail(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())


@dataclass(slots=True)
class Joined:
    """A JSON list whose videos stand one after another, with commas between them."""

    entry: Callable[[LabelledVideo], bytes]
    first: bytes = b"["
    last: bytes = b"\n]\n"
    _comma: bytes = field(default=b"\n", init=False)

    def head(self) -> bytes:
        """All before the list's first entry."""
        return self.first

    def row(self, row: LabelledVideo) -> bytes:
        """The entry of one video."""
        entry = self.entry(row)
        if not entry:
            return b""
        comma, self._comma = self._comma, b",\n"
        return comma + entry

    def tail(self) -> Iterator[bytes]:
        """All after the list's last entry."""
        yield self.last
