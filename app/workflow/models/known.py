"""The one list of models: those of this computer, then those that can be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.workflow.errors import UnknownModel
from app.workflow.model_files import EMBEDDED
from app.workflow.models import versions
from app.workflow.models.cards import card_of
from app.workflow.services import Services
from model.errors import CheckpointError
from model.weights import catalogue, checkpoint
from model.weights.catalogue import Entry

Kind = Literal["embedded", "quick", "published", "teacher", "taught", "own"]
State = Literal["answers", "here", "elsewhere", "damaged"]


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model. `size` in bytes, of the file at `path` or of what has to be fetched.

    `path` is None for one that is not here. A damaged one may be the active one all the same.
    `said` is what its weight file says of its origin, or why the file cannot be used. `card` is
    Markdown, "" if there is none.
    """

    name: str
    title: str
    kind: Kind
    state: State
    is_active: bool
    path: Path | None
    arch: str
    size: int
    size_is_estimated: bool
    entry: Entry | None
    said: str
    card: str
    learned_from: int = 0  # videos

    @property
    def note(self) -> str:
        """What is special about it, or why its file cannot be used."""
        if self.state == "damaged":
            return self.said
        return self.entry.note if self.entry else ""

    @property
    def can_be_fetched(self) -> bool:
        """Whether there is somewhere to get it (again) from, and a reason to."""
        fetched = self.entry is not None and not self.entry.is_embedded
        return fetched and self.state in ("elsewhere", "damaged")


def known_models(services: Services) -> list[KnownModel]:
    """The embedded default, what else is here, then the catalogue in its order."""
    here = services.models.installed()
    entries = {entry.name: entry for entry in catalogue.entries()}
    active = _active(services)
    learned = {one.name: one.learned_from for one in versions.all_versions(services)}
    rows = [
        _here(services, name, path, entries.get(name), active, learned)
        for name, path in here.items()
    ]
    rows += [_elsewhere(services, one) for name, one in entries.items() if name not in here]
    return rows


def _active(services: Services) -> Path | None:
    try:
        return services.models.active_path()
    except UnknownModel:
        return None


def _here(
    services: Services,
    name: str,
    path: Path,
    entry: Entry | None,
    active: Path | None,
    learned: Mapping[str, int],
) -> KnownModel:
    state: State = "answers" if path == active else "here"
    try:
        spec = checkpoint.read_spec(path)
        arch, said, card = spec.arch, spec.origin, card_of(services, name)
    except CheckpointError as error:
        state, arch, said, card = "damaged", entry.arch if entry else "", str(error), ""
    return KnownModel(
        name=name,
        title=entry.title if entry else name,
        kind=_kind(name, entry, learned),
        state=state,
        is_active=path == active,
        path=path,
        arch=arch,
        size=path.stat().st_size,
        size_is_estimated=False,
        entry=entry,
        said=said,
        card=card,
        learned_from=learned.get(name, 0),
    )


def _elsewhere(services: Services, entry: Entry) -> KnownModel:
    return KnownModel(
        name=entry.name,
        title=entry.title,
        kind=_kind(entry.name, entry, {}),
        state="elsewhere",
        is_active=False,
        path=None,
        arch=entry.arch,
        size=entry.about_bytes,
        size_is_estimated=entry.size is None,
        entry=entry,
        said="",
        card=card_of(services, entry.name),
    )


def _kind(name: str, entry: Entry | None, learned: Mapping[str, int]) -> Kind:
    if name == EMBEDDED:
        return "embedded"
    if entry is not None and entry.of_default:
        return "quick"
    if entry is not None:
        return "teacher" if entry.package else "published"
    return "taught" if learned.get(name) else "own"
