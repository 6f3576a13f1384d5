"""All formats at once, in a folder or a zip file. The same labels give the same bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from sqlalchemy.orm import Session

from storage import effective, labels, manifest
from storage.effective import AsOf
from storage.exchange import csv_table, json_lines, mmaction2
from storage.exchange.rows import labelled_videos
from storage.files import write_whole

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name
READABLE = 0o644 << 16


def contents(session: Session, *, as_of: AsOf = None, prefix: str = "") -> dict[str, bytes]:
    """File names and what is in them, as of one moment. `prefix` as in `mmaction2.video_list`.

    The label map is always that of now: it only ever grows, so earlier numbers stay true.
    """
    upto = effective.resolved(session, as_of)
    rows = labelled_videos(session, as_of=upto)
    frozen = manifest.freeze(session, as_of=upto)
    return {
        "labels.csv": csv_table.write(rows),
        "labels.jsonl": json_lines.write(rows),
        "mmaction2.txt": mmaction2.video_list(rows, prefix=prefix),
        "label_map.txt": mmaction2.label_map(labels.all_labels(session)),
        "manifest.jsonl": frozen.content,
        "manifest.sha256": f"{frozen.sha256}  manifest.jsonl\n".encode(),
    }


def write(files: dict[str, bytes], target: Path) -> tuple[Path, ...]:
    """Writes `contents` into the folder `target`, or into one file if its name ends in `.zip`.

    Returns the paths written. Raises `NoSpaceError`; a file is then there whole or not at all.
    """
    if target.suffix.lower() == ".zip":
        write_whole(target, zipped(files))
        return (target,)
    for name, content in files.items():
        write_whole(target / name, content)
    return tuple(target / name for name in files)


def zipped(files: dict[str, bytes]) -> bytes:
    """`contents` as the bytes of one zip file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE
            packed.writestr(entry, content)
    return archive.getvalue()
