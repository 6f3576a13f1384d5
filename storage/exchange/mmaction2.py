"""The annotation list of MMAction2's `VideoDataset`: `path index` a line, and its label map.

Paths are relative to the media folder (its `data_prefix`), or to the list itself where the videos
come along. They contain no spaces (see `names`). Only a `prefix` can bring spaces in: whoever reads
such a list must split each line at its last space.

The format has no word for the split, so there are three lists: all videos, those that a version
learned from, and those kept for checking. Videos that no teaching has decided about yet stand only
in the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from storage.exchange.rows import LabelledVideo
from storage.exchange.sheets import Lines, Setting
from storage.exchange.statement import Fault, Found, found
from storage.records.labels import LabelRecord
from storage.records.splits import Side

LINE = re.compile(r"([^,;\t]+) (\d{1,9})")


def sheet(setting: Setting, *, side: Side | None = None) -> Lines:
    """The list of all videos whose deciding decision names a label, or of one `side` of the split.

    The setting's `prefix` goes before every path, for programs that know no `data_prefix`.
    """
    folder = setting.prefix.rstrip("/") + "/" if setting.prefix else ""

    def line(row: LabelledVideo) -> bytes:
        if row.usable is None or side not in (None, row.split):
            return b""
        path = setting.path(row.video) if setting.with_media else row.video.uri
        return f"{folder}{path} {row.usable.label_index}\n".encode()

    return Lines(line)


def label_map(labels: Iterable[LabelRecord]) -> bytes:
    """One name a line; the first line has index 0. `labels` in the order of their index."""
    return "".join(f"{label.name}\n" for label in labels).encode()


def looks_like(text: str) -> bool:
    """Whether the first line with anything in it is one of such a list."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return LINE.fullmatch(first.strip()) is not None


def read(text: str, label_map: Sequence[str]) -> Iterator[Found]:
    """What each line says; `label_map` has the names of the numbers."""
    for number, content in enumerate(text.splitlines(), start=1):
        if not content.strip():
            continue
        place = f"line {number}"
        parts = LINE.fullmatch(content.strip())
        if parts is None:
            yield Fault(place, "is not a path and a number")
        elif int(parts[2]) >= len(label_map):
            yield Fault(place, f"has the number {parts[2]}, which the label map does not have")
        else:
            yield found(place, {"path": parts[1], "label": label_map[int(parts[2])]})


def read_label_map(text: str) -> tuple[str, ...]:
    """The names, in the order of their numbers."""
    return tuple(text.removesuffix("\n").split("\n")) if text else ()
