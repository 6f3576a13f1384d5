"""Taking the labels away: as a table, as JSON lines, as MMAction2's list, or all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from app.workflow.errors import BadDecision
from app.workflow.services import Services
from storage.exchange import bundle

ExportFormat = Literal["csv", "jsonl", "mmaction2", "all"]
FILES: Mapping[ExportFormat, tuple[str, ...]] = {
    "csv": ("labels.csv",),
    "jsonl": ("labels.jsonl",),
    "mmaction2": ("mmaction2.txt", "label_map.txt"),
}


@dataclass(frozen=True, slots=True)
class Exported:
    """The labels as one file called `name`; `count` videos are in it."""

    name: str
    content: bytes
    count: int
    files: tuple[Path, ...] = ()


def known_format(name: str) -> ExportFormat:
    """Raises `BadDecision` for an unknown one."""
    if name not in get_args(ExportFormat):
        known = ", ".join(get_args(ExportFormat))
        raise BadDecision(f"There is no format called {name}; choose one of {known}.")
    return cast(ExportFormat, name)


def export_labels(
    services: Services, form: ExportFormat, target: Path | None = None, *, prefix: str = ""
) -> Exported:
    """The current labels; what is several files comes as one zip file.

    With a `target` they are also written there, whole or not at all: one file to that path, several
    into that folder (or into one file if its name ends in `.zip`). `prefix` goes before the paths
    of MMAction2's list, which are relative to the media folder.
    """
    with services.database.read() as session:
        everything = bundle.contents(session, prefix=prefix)
    wanted = {name: everything[name] for name in FILES.get(form, tuple(everything))}
    count = everything["labels.jsonl"].count(b"\n")
    written: tuple[Path, ...] = ()
    if target is not None:
        alone = len(wanted) == 1 and target.suffix.lower() != ".zip"
        named = {target.name: next(iter(wanted.values()))} if alone else wanted
        written = bundle.write(named, target.parent if alone else target)
    if len(wanted) == 1:
        ((name, content),) = wanted.items()
        return Exported(name, content, count, written)
    return Exported(f"second-look-{form}.zip", bundle.zipped(wanted), count, written)
