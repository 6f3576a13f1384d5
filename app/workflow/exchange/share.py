"""Taking the labels away: written to a file or a folder, or sent piece by piece."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.words.verdicts import OF_STATE, OF_VERDICT
from app.workflow.answers.takeaway import outgoing
from app.workflow.exchange import package
from app.workflow.exchange.package import ExportOrder
from app.workflow.services import Services
from storage.exchange import archive, bundle
from storage.exchange.archive import Member
from storage.files import full_disk_said_plainly, place
from storage.records.browsing import State
from storage.records.effective import AsOf


@dataclass(frozen=True, slots=True)
class Exported:
    """The files written, and how many videos were in each state at that moment."""

    files: tuple[Path, ...]
    states: Mapping[State, int]

    @property
    def count(self) -> int:
        """How many videos have a label: the lines of MMAction2's list."""
        return self.states["labelled"]

    @property
    def sentence(self) -> str:
        """How many videos have a label, and what was said about others."""
        return sentence_of(self.states)


@dataclass(frozen=True, slots=True)
class Sent:
    """An export on its way: what the file is called, and its pieces."""

    file_name: str
    pieces: Iterator[bytes]


def export_labels(services: Services, order: ExportOrder, target: Path) -> Exported:
    """Writes the labels, whole or not at all, from one moment of the database.

    One file becomes `target`, several go into that folder, or into one file if its name ends in
    `.zip`. With videos it is a folder or a zip file always. Raises `NoSpaceError`.
    """
    if order.has_media:
        return _export_with_videos(services, order, target)
    form = order.form
    with services.database.read() as session:
        states = package.counted(session, order.as_of)
        files = bundle.export(
            session,
            target,
            names=form.files,
            as_of=order.as_of,
            prefix=order.prefix,
            folder=form.folder,
        )
    return Exported(files, states)


def export_to_fetch(services: Services, order: ExportOrder) -> Exported:
    """One file with the labels in a folder of its own in the outbox.

    Raises `NoSpaceError`; nothing stays then.
    """
    with outgoing(services) as folder:
        return export_labels(services, order, folder / order.file_name)


@contextmanager
def sending(services: Services, order: ExportOrder) -> Iterator[Sent]:
    """The same file in pieces, made as they are taken: no more than the labels touches the disk.

    What is written for it goes when the block ends. Raises `NoSpaceError`.
    """
    with tempfile.TemporaryDirectory(dir=services.scratch, prefix=".export-") as work:
        with full_disk_said_plainly():
            made = package.prepare(services, order, Path(work))
        if order.file_name.endswith(".zip"):
            pieces = archive.pieces(package.members(made, services.media))
        else:
            pieces = _read(next(iter(made.files.values())))
        yield Sent(order.file_name, pieces)


def outlook(services: Services, as_of: AsOf = None) -> str:
    """How many labels an export has at that moment, in a sentence."""
    with services.database.read() as session:
        return sentence_of(package.counted(session, as_of))


def sentence_of(states: Mapping[State, int]) -> str:
    """How many videos have a label, and what was said about others."""
    count = states["labelled"]
    words: dict[State, str] = {
        "unsure": OF_VERDICT["unsure"].short,
        "unusable": OF_VERDICT["unusable"].short,
        "disagree": OF_STATE["disagree"].inside,
    }
    others = [f"{states[key]} ({word})" for key, word in words.items() if states[key]]
    several = f"{count} videos have" if count != 1 else "1 video has"
    return f"{several} a label." + (f" Without one: {', '.join(others)}." if others else "")


def _export_with_videos(services: Services, order: ExportOrder, target: Path) -> Exported:
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        full_disk_said_plainly(),
        tempfile.TemporaryDirectory(
            dir=target.parent, prefix=".export-", ignore_cleanup_errors=True
        ) as work,
    ):
        made = package.prepare(services, order, Path(work) / "files")
        members = package.members(made, services.media)
        if target.suffix.lower() == ".zip":
            places = {target: _written(archive.pieces(members), Path(work) / "all.zip")}
        else:
            copies = Path(work) / "copies"
            places = {target / m.name: _copied(m, copies / m.name) for m in members}
        for path, draft in places.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            place(draft, path)
    return Exported(tuple(places), made.states)


def _copied(member: Member, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with member.open() as source:
        return _written(iter(partial(source.read, archive.PIECE), b""), path)


def _written(pieces: Iterator[bytes], path: Path) -> Path:
    with path.open("wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
    return path


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(partial(file.read, archive.PIECE), b"")
