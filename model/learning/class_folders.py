"""A folder with a folder of videos for each class, as it is or below `train`, `val` and `test`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from model.learning.class_names import UNNUMBERED, Listing
from model.learning.errors import ListError
from model.learning.examples import Example
from model.learning.list_lines import SPLITS
from model.video.containers import ENDINGS


def read_class_folders(folder: Path) -> Listing:
    """Its videos, each with the name of its class. Raises `ListError` if there are none."""
    inner = _folders(folder)
    if inner and all(one.name.lower() in SPLITS for one in inner):
        found = [e for one in inner for e in _examples(one, SPLITS[one.name.lower()])]
    else:
        found = list(_examples(folder, ""))
    if not found:
        raise ListError(
            f"There is no folder of videos in {folder}: give each class a folder of its own there,"
            " named as the class."
        )
    return Listing(folder.name or str(folder), tuple(found), named=True)


def videos_below(folder: Path) -> tuple[Path, ...]:
    """The files in it and in its folders that are named as videos are, hidden ones left out."""
    return tuple(
        sorted(
            path
            for path in folder.rglob("*")
            if path.suffix.lower() in ENDINGS
            and not any(part.startswith(".") for part in path.relative_to(folder).parts)
            and path.is_file()
        )
    )


def _examples(folder: Path, split: str) -> Iterator[Example]:
    for one in _folders(folder):
        for path in videos_below(one):
            yield Example(path, UNNUMBERED, name=one.name, split=split)


def _folders(folder: Path) -> list[Path]:
    inside = sorted(folder.iterdir())
    return [path for path in inside if path.is_dir() and not path.name.startswith(".")]
