"""All formats at once, in a folder or a zip file. The same labels give the same bytes.

Every file is written while the videos are read, some hundred at a time, so that memory stays the
same however many there are.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from storage.exchange import (
    archive,
    csv_table,
    datumaro,
    json_lines,
    kinetics,
    label_studio,
    manifest,
    mmaction2,
    via,
    videofolder,
)
from storage.exchange.rows import labelled_videos
from storage.exchange.sheets import VIDEOS, Lines, Setting, Sheet
from storage.files import full_disk_said_plainly, place
from storage.records import effective, labels
from storage.records.effective import AsOf

SHEETS: Mapping[str, Callable[[Setting], Sheet]] = {
    "labels.csv": lambda _: Lines(csv_table.lines, csv_table.header()),
    "labels.jsonl": lambda _: Lines(json_lines.line),
    "mmaction2.txt": mmaction2.sheet,
    "mmaction2_train.txt": lambda setting: mmaction2.sheet(setting, side="train"),
    "mmaction2_val.txt": lambda setting: mmaction2.sheet(setting, side="val"),
    "kinetics.csv": lambda _: Lines(kinetics.lines, kinetics.HEADER),
    "label_studio.json": label_studio.tasks,
    "annotations/default.json": datumaro.items,
    "via.json": via.Project,
    "metadata.jsonl": videofolder.metadata,
}
LISTS: Mapping[str, Callable[[Setting], bytes]] = {
    "label_map.txt": lambda setting: mmaction2.label_map(setting.labels),
    "label_studio.xml": label_studio.interface,
}
"""Files that say which labels there are, and nothing of a video."""
FROZEN = ("manifest.jsonl", "manifest.sha256")
NAMES = (*SHEETS, *LISTS, *FROZEN)


def export(
    session: Session,
    target: Path,
    *,
    names: Collection[str] = NAMES,
    as_of: AsOf = None,
    prefix: str = "",
    folder: str = VIDEOS,
) -> tuple[Path, ...]:
    """Writes the files called `names`, as of one moment; returns the paths written.

    Into one zip file if the name of `target` ends in `.zip`; a single file otherwise is `target`
    itself, several go into the folder `target`. `prefix` and `folder` as in `Setting`. The label
    map is always that of now: it only ever grows, so earlier numbers stay true. So is the split:
    what was learned from stays so. Raises `NoSpaceError`; all that was there before is then as it
    was.
    """
    setting = Setting(labels.all_labels(session), prefix, folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        full_disk_said_plainly(),
        tempfile.TemporaryDirectory(
            dir=target.parent, prefix=".export-", ignore_cleanup_errors=True
        ) as work,
    ):
        made = write(session, Path(work), names=names, as_of=as_of, setting=setting)
        if target.suffix.lower() == ".zip":
            packed = Path(work) / "all.zip"
            archive.write(packed, made)
            places = {target: packed}
        elif len(made) == 1 and "/" not in next(iter(made)):
            places = {target: next(iter(made.values()))}
        else:
            places = {target / name: path for name, path in made.items()}
        for path, draft in places.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            place(draft, path)
    return tuple(places)


def write(
    session: Session, folder: Path, *, names: Collection[str], as_of: AsOf, setting: Setting
) -> dict[str, Path]:
    """Writes these files into `folder`; returns where they are, by name."""
    upto = None if as_of is None else effective.resolved(session, as_of)
    paths = {name: folder / name for name in NAMES if name in names}
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {}
        for name, path in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            files[name] = stack.enter_context(path.open("wb"))
        setting = replace(
            setting, spool=lambda: stack.enter_context(tempfile.TemporaryFile(dir=folder))
        )
        sheets = [(files[name], make(setting)) for name, make in SHEETS.items() if name in files]
        _write_rows(session, sheets, upto)
        for name, make in LISTS.items():
            if name in files:
                files[name].write(make(setting))
        _write_manifest(session, files, upto)
        for file in files.values():
            file.flush()
            os.fsync(file.fileno())
    return paths


def _write_rows(
    session: Session, sheets: Collection[tuple[BinaryIO, Sheet]], upto: int | None
) -> None:
    for file, sheet in sheets:
        file.write(sheet.head())
    for row in labelled_videos(session, as_of=upto) if sheets else ():
        for file, sheet in sheets:
            file.write(sheet.row(row))
    for file, sheet in sheets:
        file.writelines(sheet.tail())


def _write_manifest(session: Session, files: Mapping[str, BinaryIO], upto: int | None) -> None:
    if not any(name in files for name in FROZEN):
        return
    digest = hashlib.sha256()
    for entry in manifest.entries(session, as_of=upto):
        content = manifest.line(entry)
        digest.update(content)
        if "manifest.jsonl" in files:
            files["manifest.jsonl"].write(content)
    if "manifest.sha256" in files:
        files["manifest.sha256"].write(f"{digest.hexdigest()}  manifest.jsonl\n".encode())
