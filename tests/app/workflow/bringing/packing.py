"""Archives for tests: usual ones, and such as nobody should send."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.model.video.making import write_video


def small_videos(folder: Path, number: int) -> list[Path]:
    """So many different videos of a few pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    first = write_video(folder / "first.mp4", frames=5).read_bytes()
    (folder / "first.mp4").unlink()
    made = []
    for count in range(number):
        path = folder / f"clip {count:03}.mp4"
        # A box that every player skips: other bytes, the same pictures.
        padding = f"{folder.name} {count}".encode()
        path.write_bytes(first + struct.pack(">I", len(padding) + 8) + b"free" + padding)
        made.append(path)
    return made


def pack(path: Path, contents: Mapping[str, bytes | Path], *, compress: bool = False) -> Path:
    """A ZIP file of these members."""
    how = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in contents.items():
            data = content.read_bytes() if isinstance(content, Path) else content
            archive.writestr(name, data)
    return path


def with_link(path: Path, name: str, target: str) -> Path:
    """Adds a symbolic link to a ZIP file, as `zip -y` does."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, target)
    return path


def locked(path: Path, *, only: bytes = b"") -> Path:
    """Sets the bit that says that a member is encrypted; of all, or those whose name is `only`."""
    data = bytearray(path.read_bytes())
    for mark, flags, length, start in ((b"PK\x03\x04", 6, 26, 30), (b"PK\x01\x02", 8, 28, 46)):
        at = data.find(mark)
        while at >= 0:
            (size,) = struct.unpack_from("<H", data, at + length)
            if not only or data[at + start : at + start + size] == only:
                data[at + flags] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(data)
    return path
