"""Reads lists of labelled videos in the forms that people have, and folders of classes.

Everything that is wrong with a list is found before any training starts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from model.errors import VideoError
from model.learning.class_folders import read_class_folders
from model.learning.class_names import UNNUMBERED, Listing, named_by_index
from model.learning.errors import ListError
from model.learning.examples import Example, some
from model.learning.list_lines import Line, is_number, read_lines

INDEX = "classind.txt"  # of UCF-101, which stands beside its lists and counts from 1
MANIFEST_SUFFIXES = (".jsonl", ".ndjson")
Probe = Callable[[Path], object]
"""Looks into a video file and raises `VideoError` if it cannot be used."""


def read_list(place: Path, *, root: Path | None = None) -> Listing:
    """Reads a list of any kind, or a folder with a folder of videos for each class; order is kept.

    Paths are relative to `root` or else to the list's folder; a file ending in .jsonl is a
    manifest. Raises `ListError` if the list is missing, empty or has a line that says neither, and
    if a video is not there.
    """
    if place.is_dir():
        return read_class_folders(place)
    listing = _read_file(place, root if root is not None else place.parent)
    missing = [one.path.name for one in listing.examples if not one.path.is_file()]
    if missing:
        raise ListError(
            f"{len(missing)} of the {len(listing.examples)} videos in {place.name} are not there: "
            f"{some(missing)}. Put them back or take their lines out."
        )
    return listing


def check_videos(examples: tuple[Example, ...], probe: Probe) -> None:
    """Looks into every video once. Raises `ListError` naming those that cannot be used."""
    broken: list[str] = []
    for path in dict.fromkeys(example.path for example in examples):
        try:
            probe(path)
        except VideoError as error:
            broken.append(f"{path.name} ({str(error).rstrip('.')})")
    if broken:
        raise ListError(
            f"{len(broken)} videos in the list cannot be used: {some(broken)}. "
            "Replace them or take their lines out."
        )


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Line numbers from 1, and the lines that are not blank."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ListError(
            f"The list {file} cannot be read: {error.strerror or 'it is not there'}."
        ) from error
    except UnicodeDecodeError as error:
        raise ListError(f"The list {file.name} is not a text file in UTF-8.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line.strip()


def _read_file(file: Path, base: Path) -> Listing:
    lines = list(_lines(file))
    if not lines:
        raise ListError(f"The list {file.name} is empty: it needs one video a line.")
    if file.suffix.lower() in MANIFEST_SUFFIXES:
        return Listing(file.name, tuple(_manifest_line(file, n, line, base) for n, line in lines))
    found = tuple(read_lines(file, lines, base))
    if not found:
        raise ListError(f"The list {file.name} is empty: it needs one video a line.")
    named = not is_number(found[0].said)
    other = next((one for one in found if is_number(one.said) == named), None)
    if other is not None:
        raise ListError(
            f"Line {other.number} of {file.name} gives {other.said} as its class, where the first"
            f" line gives a {'name' if named else 'number'}: use one of the two throughout."
        )
    listing = Listing(file.name, tuple(_example(one, named=named) for one in found), named)
    index = next((path for path in file.parent.iterdir() if path.name.lower() == INDEX), None)
    return listing if named or index is None else named_by_index(listing, index)


def _example(line: Line, *, named: bool) -> Example:
    return Example(
        line.path,
        UNNUMBERED if named else int(line.said),
        name=line.said if named else "",
        split=line.split,
        start_s=line.start_s,
        end_s=line.end_s,
    )


def _manifest_line(file: Path, number: int, line: str, base: Path) -> Example:
    try:
        entry: Any = json.loads(line)
        return Example(
            path=_local(str(entry["uri"] if "uri" in entry else entry["path"]), base),
            label=_whole_number(entry["index"]),
            name=str(entry.get("label") or ""),
            split=str(entry.get("split") or ""),
            group=str(entry.get("group") or ""),
            event_id=str(entry.get("event_id") or ""),
            sha256=str(entry.get("sha256") or ""),
            start_s=_seconds(entry.get("start_s")),
            end_s=_seconds(entry.get("end_s")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ListError(
            f"Line {number} of {file.name} is not an entry of a training set "
            "(it needs uri and index)."
        ) from error


def _whole_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(value)
    return value


def _seconds(value: Any) -> float | None:
    return None if value is None else float(value)


def _local(uri: str, base: Path) -> Path:
    """A `file:` address or a plain path, relative ones from `base`."""
    return Path(unquote(urlparse(uri).path)) if uri.startswith("file:") else base / uri
