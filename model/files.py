"""Writing a file so that a crash at any moment leaves the old one or the new one, never half."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes | bytearray, *, draft: str = ".draft-") -> None:
    """To a file beside it (its name begins with `draft`), to the disk, then to its name.

    Raises `OSError`; nothing is left beside `path` then.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=draft, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
