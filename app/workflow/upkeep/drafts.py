"""Files that were being written when their process was killed. Whoever writes one is soon done."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

OLD_S = 24 * 3600.0  # no file here takes as long to write
# As `model/files.py`, `storage/files.py`, `encoding.py`, the exports and the users file name them.
# A download that goes on later has a name without the dot, and stays.
DRAFT = re.compile(r"\.(draft-.+|users-.+|export-.+|.+\.tmp|.+\.part)")
TEMPORARY = re.compile(r"tmp[a-z0-9_]{8}")  # as `tempfile` names files and folders


def sweep_drafts(
    folders: Iterable[Path], *, scratch: Path, older_than_s: float = OLD_S
) -> list[Path]:
    """Deletes old drafts in `folders`, and old temporary files of `scratch`; returns which."""
    before = time.time() - older_than_s
    found = [path for folder in folders for path in _drafts(folder)]
    found += [path for path in scratch.glob("tmp*") if TEMPORARY.fullmatch(path.name)]
    old = [path for path in dict.fromkeys(found) if _is_older(path, before)]
    for path in old:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return old


def _drafts(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob(".*") if DRAFT.fullmatch(path.name))


def _is_older(path: Path, before: float) -> bool:
    """Whether nothing was written to it since; a folder lives as long as the files in it."""
    try:
        newest = path.lstat().st_mtime
        if path.is_dir() and not path.is_symlink():
            newest = max([newest, *(inside.lstat().st_mtime for inside in path.rglob("*"))])
    except OSError:  # gone meanwhile
        return False
    return newest < before
