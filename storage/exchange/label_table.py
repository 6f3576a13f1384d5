"""Reading tables with a column for the file and one for the label, whoever made them.

Ours, Kinetics lists, spreadsheets in any dialect: the separator and the columns are found out. A
table without names of columns is read as file and label.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from storage.exchange.cells import unguarded
from storage.exchange.statement import Fault, Found, found
from storage.text import search_key

SEPARATORS = ",;\t|"
# What columns are called, the best name first.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "path": ("file", "path", "filename", "file_name", "filepath", "video", "name", "uri",
             "youtube_id", "clip", "id"),
    "sha256": ("sha256", "hash"),
    "label": ("label", "class", "action", "label_name", "class_name", "activity"),
    "verdict": ("verdict",),
    "annotator": ("annotator", "who", "person"),
    "browser": ("browser",),
    "note": ("note", "comment"),
    "start_s": ("start_s", "time_start", "start"),
    "end_s": ("end_s", "time_end", "end"),
    "segment": ("segment",),
    "decided_at": ("decided_at",),
    "settles": ("settles",),
}  # fmt: skip


def read(text: str) -> Iterator[Found]:
    """What each line says. Lines without anything in them are passed over."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    columns: dict[str, int] | None = None
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = columns_of(cells)
                if columns:
                    continue
                columns = {"path": 0, "label": 1}
            yield _found(f"line {lines.line_num}", cells, columns)
    except csv.Error as error:
        yield Fault(f"line {lines.line_num}", f"is no line of a table ({error})")


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """Where each column stands that a first line names; empty if it names no columns."""
    names = [search_key(cell) for cell in cells]
    known = {
        what: names.index(next(name for name in choices if name in names))
        for what, choices in COLUMNS.items()
        if any(name in names for name in choices)
    }
    names_a_video = "path" in known or "sha256" in known
    return known if names_a_video and ("label" in known or "verdict" in known) else {}


def _found(place: str, cells: Sequence[str], columns: Mapping[str, int]) -> Found:
    fields: dict[str, Any] = {
        what: unguarded(cells[number]) for what, number in columns.items() if number < len(cells)
    }
    if "segment" not in columns and "start_s" in columns:
        fields["is_trimmed"] = True
    return found(place, fields)


def _separator(text: str) -> str:
    """The sign that separates the most in the first line with anything in it."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda sign: (first.count(sign), -SEPARATORS.index(sign)))
