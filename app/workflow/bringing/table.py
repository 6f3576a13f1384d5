"""A table of paths and labels that comes with the videos: which label belongs to which file.

A CSV file with a heading line, such as `path,label`, or what `export` writes. Each label becomes a
decision of its own, by "import" and the table's name. A label for a part has `start_s` and `end_s`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from storage.exchange.cells import unguarded
from storage.records.batches import NewFile

PATHS = ("path", "file", "filename", "file_name", "video", "name")
LABELS = ("label", "class", "action")
MOST_BYTES = 32 << 20
MISSING = "The table names this file, but it is not here."
Labels = Mapping[str, list[dict[str, Any]]]


def is_table(name: str) -> bool:
    """Whether a file may be a table of labels, by its name."""
    return name.lower().endswith(".csv")


def with_labels(found: Sequence[NewFile], load: Callable[[str], bytes]) -> list[NewFile]:
    """The same files with the labels that tables among them give; `load` reads a file.

    A table is settled by that. Files that a table names and that are not there are told.
    """
    files = {one.name: one for one in found}
    for one in found:
        if one.state != "waiting" or not is_table(one.name) or one.size > MOST_BYTES:
            continue
        labels = read(load(one.name))
        if labels is None:
            continue
        table = PurePosixPath(one.name)
        for path, rows in labels.items():
            _give(files, table, path, rows)
        count = sum(map(len, labels.values()))
        sentence = f"A table with {count} {'label' if count == 1 else 'labels'}."
        files[one.name] = replace(one, state="skipped", sentence=sentence)
    return list(files.values())


def read(content: bytes) -> Labels | None:
    """The labels by path; None if this is no table with a path and a label in each line."""
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        columns = {name.strip().lower(): name for name in rows.fieldnames or ()}
        path = _first(columns, PATHS)
        label = _first(columns, LABELS)
        if path is None or label is None:
            return None
        labels: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            cells = {key: unguarded(row.get(name) or "") for key, name in columns.items()}
            if cells[path].strip() and cells[label].strip():
                span = {key: _number(cells.get(key, "")) for key in ("start_s", "end_s")}
                said = {"label": cells[label].strip(), **span}
                labels.setdefault(cells[path].strip().replace("\\", "/"), []).append(said)
        return labels
    except (UnicodeDecodeError, csv.Error):
        return None


def _give(
    files: dict[str, NewFile], table: PurePosixPath, path: str, rows: list[dict[str, Any]]
) -> None:
    said = [{**row, "by": f"import {table.name}"} for row in rows]
    name = _match(files, table, path)
    if name is None:
        files.setdefault(path, NewFile(path, state="failed", sentence=MISSING))
    else:
        files[name] = replace(files[name], labels=[*files[name].labels, *said])


def _match(files: Iterable[str], table: PurePosixPath, path: str) -> str | None:
    """The file that a table means: from its own folder, from the top, or the only one so called."""
    there = set(files)
    for name in (str(table.parent / path), path):
        if name in there:
            return name
    ends = [name for name in there if PurePosixPath(name).name == PurePosixPath(path).name]
    return ends[0] if len(ends) == 1 else None


def _first(columns: Mapping[str, str], wanted: Sequence[str]) -> str | None:
    return next((name for name in wanted if name in columns), None)


def _number(text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        return None
