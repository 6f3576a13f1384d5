"""Reads lists of labelled videos: MMAction2-style, the seed's validation list, and manifests.

Everything that is wrong with a list is found before any training starts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from model.errors import VideoError
from model.learning.errors import ListError
from model.learning.examples import Example, some

SUFFIXES = (".mp4", ".webm", ".mkv", ".avi", ".mov", ".m4v", ".3gp")
MANIFEST_SUFFIXES = (".jsonl", ".ndjson")
Probe = Callable[[Path], object]
"""Looks into a video file and raises `VideoError` if it cannot be used."""


def read_list(file: Path, *, root: Path | None = None) -> tuple[Example, ...]:
    """Reads a list of any of the three kinds; order is kept.

    A line is `path index` (spaces in paths allowed, index last) or `video_id frames index`, paths
    relative to `root` or else to the list's folder; a file ending in .jsonl is a manifest.
    Raises `ListError` if the list is missing, empty or has a line that says neither, and if a
    video is not there.
    """
    base = root if root is not None else file.parent
    lines = list(_lines(file))
    if not lines:
        raise ListError(f"The list {file.name} is empty: it needs one video a line.")
    if file.suffix.lower() in MANIFEST_SUFFIXES:
        examples = tuple(_manifest_line(file, n, line, base) for n, line in lines)
    else:
        examples = tuple(_list_line(file, n, line, base) for n, line in lines)
    missing = [example.path.name for example in examples if not example.path.is_file()]
    if missing:
        raise ListError(
            f"{len(missing)} of the {len(examples)} videos in {file.name} are not there: "
            f"{some(missing)}. Put them back or take their lines out."
        )
    return examples


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


def _list_line(file: Path, number: int, line: str, base: Path) -> Example:
    path, _, label = line.rpartition(" ")
    if not path.strip() or not _is_index(label):
        raise ListError(
            f"Line {number} of {file.name} should be a video's path, a space and the number of "
            f"its class, but it is: {line[:80]}"
        )
    return Example(_find(path.strip(), base), int(label))


def _find(path: str, base: Path) -> Path:
    """The file that a line means; the plain path if there is none, for the message to name."""
    plain = base / path
    if plain.is_file():
        return plain
    video_id, _, frames = path.rpartition(" ")
    stem = video_id.strip() if _is_index(frames) else path
    for suffix in ("", *SUFFIXES):
        named = base / f"{stem}{suffix}"
        if named.is_file():
            return named
    return plain


def _is_index(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit()


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
