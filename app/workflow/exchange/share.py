"""Taking the labels away: as a table, as JSON lines, as MMAction2's list, or all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from app.words.verdicts import OF_STATE, OF_VERDICT
from app.workflow.answers.takeaway import outgoing
from app.workflow.errors import BadDecision
from app.workflow.services import Services
from storage.exchange import bundle
from storage.records import browsing
from storage.records.browsing import State

ExportFormat = Literal["csv", "jsonl", "mmaction2", "all"]
FILES: Mapping[ExportFormat, tuple[str, ...]] = {
    "csv": ("labels.csv",),
    "jsonl": ("labels.jsonl",),
    "mmaction2": ("mmaction2.txt", "mmaction2_train.txt", "mmaction2_val.txt", "label_map.txt"),
    "all": bundle.NAMES,
}


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
        several = f"{self.count} videos have" if self.count != 1 else "1 video has"
        return f"{several} a label.{self._others}"

    @property
    def _others(self) -> str:
        words: dict[State, str] = {
            "unsure": OF_VERDICT["unsure"].short,
            "unusable": OF_VERDICT["unusable"].short,
            "disagree": OF_STATE["disagree"].inside,
        }
        others = [f"{self.states[key]} ({word})" for key, word in words.items() if self.states[key]]
        return f" Without one: {', '.join(others)}." if others else ""


def known_format(name: str) -> ExportFormat:
    """Raises `BadDecision` for an unknown one."""
    if name not in get_args(ExportFormat):
        known = ", ".join(get_args(ExportFormat))
        raise BadDecision(f"There is no format called {name}; choose one of {known}.")
    return cast(ExportFormat, name)


def export_labels(
    services: Services, form: ExportFormat, target: Path, *, prefix: str = ""
) -> Exported:
    """Writes the current labels, whole or not at all, from one moment of the database.

    One file becomes `target`, several go into that folder, or into one file if its name ends in
    `.zip`. `prefix` goes before the paths of MMAction2's list, which are relative to the media
    folder. Raises `NoSpaceError`.
    """
    with services.database.read() as session:
        states = browsing.states(session)
        files = bundle.export(session, target, names=FILES[form], prefix=prefix)
    return Exported(files, states)


def export_to_fetch(services: Services, form: ExportFormat) -> Exported:
    """One file with the current labels in a folder of its own in the outbox.

    Raises `NoSpaceError`; nothing stays then.
    """
    names = FILES[form]
    name = names[0] if len(names) == 1 else f"second-look-{form}.zip"
    with outgoing(services) as folder:
        return export_labels(services, form, folder / name)
