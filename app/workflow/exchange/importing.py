"""Bringing labels in: first what would happen, then, when somebody says so, the events.

Nothing is ever overwritten. What is stored are decisions like all others, under the name of whoever
made them, with when that was and who brought them here. A decision that is here already is not
stored again, so the same file twice brings nothing new.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.orm import Session

from app.workflow.exchange import matching, reading
from app.workflow.exchange.comparing import Importer, Kind, Weighed, decision_of, weigh
from app.workflow.exchange.matching import Match, Matches
from app.workflow.services import Services
from storage.errors import InvalidError
from storage.exchange.statement import Fault, Statement
from storage.records import decisions, labels, lookup
from storage.records.labels import LONGEST_NAME
from storage.text import one_line, search_key

CHUNK = 100  # videos that are stored in one transaction, so that others can save between


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person said to what the dry run found: both no, unless they say so."""

    new_labels: bool = False
    conflicts: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where a file says something else than what stands here."""

    video: str
    label: str
    here: str


@dataclass(frozen=True, slots=True)
class Report:
    """What importing a file would do, or did: `stored` is 0 in a dry run.

    `new` counts what is not here, without what needs a label that is not here: `unknown` has those
    labels, each with how many decisions need it, and `near` the known names that may be meant.
    `missing` and `ambiguous` name files that no video
    here, or more than one, is called by.
    """

    kind: str
    new: int
    same: int
    conflicts: tuple[Conflict, ...]
    unknown: Mapping[str, int]
    missing: tuple[str, ...]
    ambiguous: tuple[str, ...]
    faults: tuple[Fault, ...]
    stored: int = 0
    near: Mapping[str, str] = field(default_factory=dict)
    unknown_new: int = 0
    conflicts_known: int = 0


def import_labels(
    services: Services, path: Path, importer: Importer, choices: Choices | None = None
) -> Report:
    """What the file would bring; with `choices`, that is stored. Raises `CannotImport`."""
    with services.database.read() as session:
        known = tuple(label.name for label in labels.all_labels(session))
    file = reading.read_labels(path, known)
    with services.database.read() as session:
        matches = matching.match(session, file.statements)
    sound, faults = _sound(matches, importer)
    tally = _Tally()
    for chunk in _chunks(sound):
        if choices is None:
            with services.database.read() as session:
                tally.add(session, _weighed(session, chunk, importer))
        else:
            with services.database.write() as session:
                weighed = _weighed(session, chunk, importer)
                tally.add(session, weighed)
                tally.stored += _store(session, weighed, choices)
    report = tally.report(file.kind, matches, (*file.faults, *faults))
    return replace(report, near=_nearest(report.unknown, known))


class _Tally:
    """Counts while chunk after chunk is weighed."""

    def __init__(self) -> None:
        self.kinds: Counter[Kind] = Counter()
        self.conflicts: list[Conflict] = []
        self.unknown: Counter[str] = Counter()
        self.stored = 0
        self.unknown_new = 0
        self.conflicts_known = 0

    def add(self, session: Session, weighed: Sequence[Weighed]) -> None:
        known = _known(session)
        for one in weighed:
            label, said = one.decision.label, one.match.statement
            is_unknown = label is not None and search_key(label) not in known
            if is_unknown and label is not None and one.kind != "same":
                self.unknown[label] += 1
            if one.kind != "new" or not is_unknown:
                self.kinds[one.kind] += 1
            self.unknown_new += one.kind == "new" and is_unknown
            self.conflicts_known += one.kind == "conflict" and not is_unknown
            if one.kind == "conflict":
                self.conflicts.append(
                    Conflict(said.path or said.sha256, label or said.verdict, one.here)
                )

    def report(self, kind: str, matches: Matches, faults: tuple[Fault, ...]) -> Report:
        return Report(
            kind=kind,
            new=self.kinds["new"],
            same=self.kinds["same"],
            conflicts=tuple(self.conflicts),
            unknown=dict(self.unknown.most_common()),
            missing=_paths(matches.missing),
            ambiguous=_paths(matches.ambiguous),
            faults=faults,
            stored=self.stored,
            unknown_new=self.unknown_new,
            conflicts_known=self.conflicts_known,
        )


def _paths(statements: Sequence[Statement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.path or one.sha256 for one in statements))


def _sound(matches: Matches, importer: Importer) -> tuple[list[Match], list[Fault]]:
    """Those that can become decisions, and what is wrong with the others."""
    sound, faults = [], []
    for one in matches.found:
        try:
            decision = decision_of(one, importer)
            if decision.label is not None:
                one_line(decision.label, what="The label", longest=LONGEST_NAME)
            sound.append(one)
        except InvalidError as error:
            faults.append(Fault(one.statement.place, f"cannot be kept: {error}"))
    return sound, faults


def _chunks(matches: Sequence[Match]) -> Iterator[list[Match]]:
    """In the order of the file, but all of one video together."""
    by_video: dict[int, list[Match]] = {}
    for one in matches:
        by_video.setdefault(one.video.id, []).append(one)
    groups = list(by_video.values())
    for start in range(0, len(groups), CHUNK):
        yield [one for group in groups[start : start + CHUNK] for one in group]


def _weighed(session: Session, chunk: Sequence[Match], importer: Importer) -> tuple[Weighed, ...]:
    standing = decisions.current_of(session, video_ids=[one.video.id for one in chunk])
    operations = {decision_of(one, importer).op_id for one in chunk}
    return weigh(chunk, standing, lookup.known_operations(session, operations), importer)


def _store(session: Session, weighed: Sequence[Weighed], choices: Choices) -> int:
    known, stored = _known(session), 0
    for one in weighed:
        label = one.decision.label
        is_unknown = label is not None and search_key(label) not in known
        is_wanted = one.kind == "new" or (one.kind == "conflict" and choices.conflicts)
        if is_wanted and (choices.new_labels or not is_unknown):
            event = decisions.record_decision(session, replace(one.decision, new_label=is_unknown))
            stored += not event.repeated
    return stored


def _known(session: Session) -> frozenset[str]:
    return frozenset(search_key(label.name) for label in labels.all_labels(session))


def _nearest(unknown: Iterable[str], known: Sequence[str]) -> Mapping[str, str]:
    """The known name that each of the unknown ones may be a misspelling of."""
    folded = {name.casefold(): name for name in known}
    found = {
        name: difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.85)
        for name in unknown
    }
    return {name: folded[near[0]] for name, near in found.items() if near}
