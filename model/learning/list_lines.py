"""The lines of a list of videos in the forms that people have: which video, and which class.

Plain lines (MMAction2, PySlowFast, UCF-101, the Kinetics validation list) say `path class` or
`id frames class`; the class is a number or a name. Tables (Kinetics) have a header. Lines of UCF's
test lists have no class: the folder of the video names it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.learning.errors import ListError
from model.video.containers import ENDINGS

PATHS = ("path", "video_path", "video", "file", "filename", "clip", "youtube_id", "video_id", "id")
CLASSES = ("label", "class", "class_name", "action", "category")
SPLITS = {
    "train": "train", "training": "train", "val": "val", "valid": "val", "validate": "val",
    "validation": "val", "test": "test", "testing": "test", "holdout": "test",
}  # fmt: skip
FRACTION = re.compile(r"[-+]?(\d*\.\d+|\d+\.\d*|\d+e\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One video. `said` is its class as it stands there, a number or a name; "" if it has none.

    The label holds from `start_s` to `end_s` seconds, or for the whole video.
    """

    path: Path
    said: str
    number: int  # of the line, from 1
    split: str = ""
    start_s: float | None = None
    end_s: float | None = None


def read_lines(file: Path, lines: Sequence[tuple[int, str]], base: Path) -> Iterator[Line]:
    """The lines of a list that is no manifest; relative paths begin at `base`. Raises `ListError`.

    `lines` are those that are not blank, with their numbers.
    """
    header = _header(lines[0][1])
    if header is None:
        for number, line in lines:
            yield _plain(file, number, line, base)
        return
    for number, line in lines[1:]:
        cells = next(csv.reader([line]))
        if len(cells) != len(header):
            raise ListError(
                f"Line {number} of {file.name} has {len(cells)} columns, and the first line"
                f" {len(header)}: correct it and start again."
            )
        yield _row(file, number, dict(zip(header, cells, strict=True)), base)


def is_number(text: str) -> bool:
    """Whether it is a whole number."""
    return text.isascii() and text.removeprefix("-").isdigit()


def _header(line: str) -> list[str] | None:
    """The columns' names, if this line holds them."""
    names = [cell.strip().lower() for cell in next(csv.reader([line]))]
    there = set(names)
    return names if len(names) > 1 and there & {*PATHS} and there & {*CLASSES, "split"} else None


def _row(file: Path, number: int, row: Mapping[str, str], base: Path) -> Line:
    said = next((row[name].strip() for name in CLASSES if name in row), "")
    path = next(row[name].strip() for name in PATHS if name in row)
    split = SPLITS.get(row.get("split", "").strip().lower(), "")
    if not path or not said:
        what = "a class" if path else "a video"
        raise ListError(f"Line {number} of {file.name} lacks {what}: complete it or take it out.")
    start, end = _seconds(row.get("time_start")), _seconds(row.get("time_end"))
    if start is None or end is None:
        return Line(find_video(path, base), said, number, split)
    for folder in (base, base / said, base / said.replace(" ", "_")):
        clip = find_video(f"{path}_{start:06.0f}_{end:06.0f}", folder)  # as it is downloaded
        if clip.is_file():
            return Line(clip, said, number, split)
        whole = find_video(path, folder)
        if whole.is_file():
            return Line(whole, said, number, split, start, end)
    return Line(base / path, said, number, split)


def _plain(file: Path, number: int, line: str, base: Path) -> Line:
    for path, said in _cuts(line):
        if is_number(said):
            return Line(find_video(path, base), said, number)
        looks_right = (base / path).is_file() or path.lower().endswith(ENDINGS)
        if looks_right and said and not FRACTION.fullmatch(said):
            return Line(base / path, said, number)
    folder = Path(line).parent.name
    if folder and (base / line).is_file():
        return Line(base / line, folder, number)
    raise ListError(
        f"Line {number} of {file.name} should be a video's path, a space and its class, a number"
        f" or a name, but it is: {line[:80]}"
    )


def _cuts(line: str) -> Iterator[tuple[str, str]]:
    """Ways to cut a line into path and class, the likeliest first."""
    if "\t" in line:
        path, _, said = line.rpartition("\t")
        yield path.strip(), said.strip()
    if "," in line:
        cells = next(csv.reader([line]))
        yield ",".join(cells[:-1]).strip(), cells[-1].strip()
    path, _, said = line.rpartition(" ")
    if path.strip() and is_number(said):
        yield path.strip(), said
    words = line.split(" ")
    for count in range(len(words) - 1, 0, -1):
        yield " ".join(words[:count]).strip(), " ".join(words[count:]).strip()


def find_video(path: str, base: Path) -> Path:
    """The file that a line means; the plain path if there is none, for a message to name."""
    plain = base / path
    if plain.is_file():
        return plain
    video_id, _, frames = path.rpartition(" ")
    stem = video_id.strip() if is_number(frames) else path
    for ending in ("", *ENDINGS):
        named = base / f"{stem}{ending}"
        if named.is_file():
            return named
    return plain


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
