"""What an import would do, or did, in words: for the page, the command line and programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.workflow.exchange.importing import Report

MOST_ITEMS = 20  # of what is listed; how many more there are is said


@dataclass(frozen=True, slots=True)
class Section:
    """A sentence and what it is about. `key` is stable, for programs."""

    key: str
    count: int
    sentence: str
    items: tuple[str, ...] = ()


def sections(report: Report) -> tuple[Section, ...]:
    """What there is to say, the good news first; what there is none of is left out."""
    unknown = sum(report.unknown.values())
    missing = (
        *report.missing,
        *(f"{one} (several videos have this name)" for one in report.ambiguous),
    )
    conflicts = [f"{one.video}: {one.label}. {one.here}." for one in report.conflicts]
    faults = [f"{one.place} {one.why}" for one in report.faults]
    found = (
        Section("new", report.new, f"{_labels(report.new)} new."),
        Section("same", report.same, f"{_labels(report.same)} already here."),
        Section(
            "unknown",
            unknown,
            f"{_so_many(len(report.unknown), 'name')} not in the list of labels yet.",
            _few(_names(report)),
        ),
        Section(
            "conflicts",
            len(conflicts),
            f"{_labels(len(conflicts))} different from what is here.",
            _few(conflicts),
        ),
        Section(
            "missing",
            len(missing),
            f"{_so_many(len(missing), 'video')} not here.",
            _few(missing),
        ),
        Section(
            "faults",
            len(faults),
            f"{_so_many(len(faults), 'entry', 'entries')} not readable.",
            _few(faults),
        ),
    )
    return tuple(one for one in found if one.count)


def as_json(report: Report) -> dict[str, Any]:
    """The report for pages and programs."""
    return {
        "kind": report.kind,
        "stored": report.stored,
        "new": report.new,
        "same": report.same,
        "unknown": dict(report.unknown),
        "unknown_new": report.unknown_new,
        "conflicts_known": report.conflicts_known,
        "conflicts": len(report.conflicts),
        "missing": len(report.missing) + len(report.ambiguous),
        "faults": len(report.faults),
        "sections": [
            {"key": one.key, "sentence": one.sentence, "items": list(one.items)}
            for one in sections(report)
        ],
    }


def _names(report: Report) -> Iterable[str]:
    for name, count in report.unknown.items():
        near = report.near.get(name)
        hint = f", did they mean “{near}”?" if near else ""
        yield f"{name} ({count} {'video' if count == 1 else 'videos'}{hint})"


def _few(items: Iterable[str]) -> tuple[str, ...]:
    given = tuple(items)
    more = len(given) - MOST_ITEMS
    return given if more <= 1 else (*given[:MOST_ITEMS], f"and {more} more")


def _labels(count: int) -> str:
    return _so_many(count, "label")


def _so_many(count: int, one: str, several: str = "") -> str:
    return f"1 {one} is" if count == 1 else f"{count} {several or one + 's'} are"
