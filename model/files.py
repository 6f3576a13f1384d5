"""Writing a file so that a crash at any moment leaves the old one or the new one, never half."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(
    path: Path, content: bytes | bytearray, *, draft: str = ".draft-", mode: int = 0o644
) -> None:
    """To a file beside it (its name begins with `draft`), to the disk, then to its name.

    `mode` says who may read it. Raises `OSError`; nothing is left beside `path` then.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=draft, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
