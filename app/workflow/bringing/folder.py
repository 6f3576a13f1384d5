"""A folder of this machine: what lies in it, never what a link in it leads to."""

from __future__ import annotations

import os
from pathlib import Path

from app.workflow.bringing.archive import ARCHIVES, MOST_FILES, leads_out
from app.workflow.errors import CannotBring
from storage.records.batches import NewFile

LINK = "This is a link; only files that lie in the folder itself are taken."


def inside(allowed: Path | None, name: str) -> Path:
    """The folder `name` below the one that settings allow.

    Raises `CannotBring` if none is allowed, and for whatever is no folder below it.
    """
    if allowed is None:
        raise CannotBring(
            "No folder of this computer may be brought in. Whoever runs Second Look can allow one"
            " with SECOND_LOOK_IMPORT_FOLDER."
        )
    if name and leads_out(name):
        raise CannotBring("Name a folder inside the one that may be brought in.")
    found = _real(allowed, name)
    if found is None or not found.is_dir():
        raise CannotBring(f"There is no folder {name or allowed.name} that may be brought in.")
    return found


def subfolders(allowed: Path | None, *, limit: int = 200) -> list[str]:
    """The folders that may be brought in, below the allowed one, by their names from there on."""
    if allowed is None or not allowed.is_dir():
        return []
    found = [""]
    for place, folders, _ in os.walk(allowed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        real = [name for name in folders if not (Path(place) / name).is_symlink()]
        found += [(Path(place) / name).relative_to(allowed).as_posix() for name in real]
        if len(found) >= limit:
            break
    return found[:limit]


def members(folder: Path) -> list[NewFile]:
    """The files below a folder, by their names from there on; hidden ones are left out.

    Raises `CannotBring` if there is none, or too many.
    """
    found: list[NewFile] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                found.append(_new_file(folder, Path(place) / name))
        if len(found) > MOST_FILES:
            raise CannotBring(
                f"There are more than {MOST_FILES} files in this folder. Bring its parts instead."
            )
    if not found:
        raise CannotBring("There is no file in this folder.")
    return found


def member(folder: Path, name: str) -> Path:
    """The file `name` below a folder. Raises `CannotBring` if it is gone or a link leads out."""
    path = None if leads_out(name) else _real(folder, name)
    if path is None or not path.is_file():
        raise CannotBring("This file is not in the folder any more.")
    return path


def _new_file(folder: Path, path: Path) -> NewFile:
    name = path.relative_to(folder).as_posix()
    if path.is_symlink():
        return NewFile(name, state="failed", sentence=LINK)
    if not path.is_file():
        return NewFile(name, state="skipped", sentence="This is no file.")
    if name.lower().endswith(ARCHIVES):
        sentence = "An archive; bring it by itself."
        return NewFile(name, path.stat().st_size, state="skipped", sentence=sentence)
    return NewFile(name, path.stat().st_size)


def _real(folder: Path, name: str) -> Path | None:
    """The place itself; None if a link on the way leads out of the folder, or nothing is there."""
    try:
        root = folder.resolve(strict=True)
        found = (root / name).resolve(strict=True)
    except (OSError, RuntimeError):
        return None
    return found if found.is_relative_to(root) else None
