"""The annotation list of MMAction2's `VideoDataset`: `path index` a line, and its label map.

Paths are relative to the media folder (its `data_prefix`) and contain no spaces, since a stored
file is named by its hash. Only a `prefix` can bring spaces in: whoever reads such a list must split
each line at its last space.

The format has no word for the split, so there are three lists: all videos, those that a version
learned from, and those kept for checking. Videos that no teaching has decided about yet stand only
in the first.
"""

from __future__ import annotations

from collections.abc import Iterable

from storage.exchange.rows import LabelledVideo
from storage.records.labels import LabelRecord
from storage.records.splits import Side


def video_list(rows: Iterable[LabelledVideo], *, prefix: str = "") -> bytes:
    """The list, with only the videos whose deciding decision names a label.

    `prefix` is a folder to put before every path, for programs that know no `data_prefix`.
    """
    return b"".join(line(row, prefix=prefix) for row in rows)


def line(row: LabelledVideo, *, prefix: str = "", side: Side | None = None) -> bytes:
    """The line of one video; nothing if no label counts, or if it is not on this `side`."""
    if row.usable is None or side not in (None, row.split):
        return b""
    folder = prefix.rstrip("/") + "/" if prefix else ""
    return f"{folder}{row.video.uri} {row.usable.label_index}\n".encode()


def label_map(labels: Iterable[LabelRecord]) -> bytes:
    """One name a line; the first line has index 0. `labels` in the order of their index."""
    return "".join(f"{label.name}\n" for label in labels).encode()
