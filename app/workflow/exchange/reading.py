"""Reading a file of labels, whichever program wrote it. What it is, its content tells.

`read_labels` is all that others need: a table with paths and labels, a list of another program, or
a zip archive of an export become statements, and whatever could not be read becomes a fault.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from app.workflow.errors import CannotImport
from storage.exchange import (
    class_folders,
    datumaro,
    json_lines,
    label_studio,
    label_table,
    mmaction2,
    via,
)
from storage.exchange.statement import Fault, Found, Statement

MOST_BYTES = 256 << 20  # of one list; some millions of lines
ZIP_HEAD = b"PK"
# The lists in an archive of an export, the one that says the most first.
IN_ARCHIVES = (
    "labels.jsonl", "labels.csv", "label_studio.json", "annotations/default.json", "via.json",
    "metadata.jsonl", "metadata.csv", "kinetics.csv", "mmaction2.txt",
)  # fmt: skip
LABEL_MAP = "label_map.txt"


@dataclass(frozen=True, slots=True)
class LabelFile:
    """What a file says. `kind` names what it was taken for, in words."""

    kind: str
    statements: tuple[Statement, ...]
    faults: tuple[Fault, ...]


def read_labels(path: Path, own_labels: Sequence[str] = ()) -> LabelFile:
    """What the file says of which videos. Raises `CannotImport` if it is none that can be read.

    `own_labels` are the names of the numbers in a list that comes without its own.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                return _read_archive(packed, own_labels)
        if path.stat().st_size > MOST_BYTES:
            raise CannotImport(f"This list is too large: at most {MOST_BYTES >> 20} MB.")
        return _read(_text(path.read_bytes()), own_labels)
    except (AttributeError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise CannotImport("This file is damaged, or of a program that is not known.") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise CannotImport("This zip file is damaged or locked with a password.") from error


def _read_archive(packed: zipfile.ZipFile, own_labels: Sequence[str]) -> LabelFile:
    names = packed.namelist()
    for wanted in IN_ARCHIVES:
        name = next((one for one in names if one == wanted or one.endswith(f"/{wanted}")), None)
        if name is None:
            continue
        label_map = name.removesuffix(wanted) + LABEL_MAP
        if wanted == "mmaction2.txt" and label_map in names:
            own_labels = mmaction2.read_label_map(_unpacked(packed, label_map))
        return _read(_unpacked(packed, name), own_labels)
    return _sorted("folders of a zip file", class_folders.read(names))


def _unpacked(packed: zipfile.ZipFile, name: str) -> str:
    with packed.open(name) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise CannotImport(f"{name} is too large: at most {MOST_BYTES >> 20} MB.")
    return _text(content)


def _read(text: str, own_labels: Sequence[str]) -> LabelFile:
    first = text.lstrip()[:1]
    if not first:
        raise CannotImport("This file is empty.")
    if first in "[{":
        return _read_json(text)
    if mmaction2.looks_like(text):
        return _sorted("a list of paths and numbers", mmaction2.read(text, own_labels))
    return _sorted("a table", label_table.read(text))


def _read_json(text: str) -> LabelFile:
    try:
        value = json.loads(text)
    except ValueError:
        return _sorted("JSON lines", json_lines.read(text))
    if isinstance(value, Sequence):
        if all(isinstance(one, Mapping) and "data" in one for one in value):
            return _sorted("tasks of Label Studio", label_studio.read(value))
        return _sorted("a list of JSON objects", chain.from_iterable(map(_one, value)))
    if "items" in value and "categories" in value:
        return _sorted("a Datumaro data set", datumaro.read(value))
    if "metadata" in value and "attribute" in value:
        return _sorted("a VIA project", via.read(value))
    return _sorted("JSON lines", json_lines.read(text))


def _one(value: Any) -> Iterator[Found]:
    return json_lines.read(json.dumps(value))


def _sorted(kind: str, said: Iterator[Found]) -> LabelFile:
    everything = list(said)
    statements = tuple(one for one in everything if isinstance(one, Statement))
    faults = tuple(one for one in everything if isinstance(one, Fault))
    if not statements and not faults:
        raise CannotImport("This file says nothing of any video.")
    return LabelFile(kind, statements, faults)


def _text(content: bytes) -> str:
    """The text in UTF-8, in UTF-16 with its mark, or as older spreadsheets save it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in content:
            raise CannotImport("This is no list of labels but some other kind of file.") from None
        return content.decode("cp1252", "replace")
