"""All formats at once, in a folder or a zip file. The same labels give the same bytes.

Every file is written while the videos are read, some hundred at a time, so that memory stays the
same however many there are.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from storage.exchange import csv_table, json_lines, manifest, mmaction2
from storage.exchange.rows import LabelledVideo, labelled_videos
from storage.files import full_disk_said_plainly, place
from storage.records import effective, labels
from storage.records.effective import AsOf

NAMES = (
    "labels.csv", "labels.jsonl", "mmaction2.txt", "mmaction2_train.txt", "mmaction2_val.txt",
    "label_map.txt", "manifest.jsonl", "manifest.sha256",
)  # fmt: skip
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name
READABLE = 0o644 << 16


def export(
    session: Session,
    target: Path,
    *,
    names: Collection[str] = NAMES,
    as_of: AsOf = None,
    prefix: str = "",
) -> tuple[Path, ...]:
    """Writes the files called `names`, as of one moment; returns the paths written.

    Into one zip file if the name of `target` ends in `.zip`; a single file otherwise is `target`
    itself, several go into the folder `target`. `prefix` as in `mmaction2.line`. The label map is
    always that of now: it only ever grows, so earlier numbers stay true. So is the split: what was
    learned from stays so. Raises `NoSpaceError`; all that was there before is then as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        full_disk_said_plainly(),
        tempfile.TemporaryDirectory(
            dir=target.parent, prefix=".export-", ignore_cleanup_errors=True
        ) as work,
    ):
        made = _written(session, Path(work), [n for n in NAMES if n in names], as_of, prefix)
        if target.suffix.lower() == ".zip":
            made = {target: _zipped(made.values(), Path(work) / "all.zip")}
        elif len(made) == 1:
            made = {target: next(iter(made.values()))}
        else:
            target.mkdir(exist_ok=True)
            made = {target / path.name: path for path in made.values()}
        for path, draft in made.items():
            place(draft, path)
    return tuple(made)


def _written(
    session: Session, folder: Path, names: Collection[str], as_of: AsOf, prefix: str
) -> dict[Path, Path]:
    upto = None if as_of is None else effective.resolved(session, as_of)
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / name).open("wb")) for name in names}
        _write_rows(session, files, upto, prefix)
        if "label_map.txt" in files:
            files["label_map.txt"].write(mmaction2.label_map(labels.all_labels(session)))
        digest = hashlib.sha256()
        if "manifest.jsonl" in files:
            for entry in manifest.entries(session, as_of=upto):
                content = manifest.line(entry)
                digest.update(content)
                files["manifest.jsonl"].write(content)
        if "manifest.sha256" in files:
            files["manifest.sha256"].write(f"{digest.hexdigest()}  manifest.jsonl\n".encode())
        for file in files.values():
            file.flush()
            os.fsync(file.fileno())
    return {folder / name: folder / name for name in names}


def _write_rows(
    session: Session, files: Mapping[str, BinaryIO], upto: int | None, prefix: str
) -> None:
    lines: dict[str, Callable[[LabelledVideo], bytes]] = {
        "labels.csv": csv_table.lines,
        "labels.jsonl": json_lines.line,
        "mmaction2.txt": lambda row: mmaction2.line(row, prefix=prefix),
        "mmaction2_train.txt": lambda row: mmaction2.line(row, prefix=prefix, side="train"),
        "mmaction2_val.txt": lambda row: mmaction2.line(row, prefix=prefix, side="val"),
    }
    if "labels.csv" in files:
        files["labels.csv"].write(csv_table.header())
    wanted = [(files[name], line) for name, line in lines.items() if name in files]
    for row in labelled_videos(session, as_of=upto) if wanted else ():
        for file, line in wanted:
            file.write(line(row))


def _zipped(paths: Iterable[Path], target: Path) -> Path:
    with target.open("wb") as whole:
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in paths:
                entry = zipfile.ZipInfo(path.name, EARLIEST)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = READABLE
                with path.open("rb") as source, packed.open(entry, "w") as sink:
                    shutil.copyfileobj(source, sink)
        whole.flush()
        os.fsync(whole.fileno())
    return target
