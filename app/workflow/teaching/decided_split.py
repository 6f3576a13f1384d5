"""The split that a teaching decided, written down for all who ask later.

It is decided once, where the training set is made. From here it goes into the frozen list of the
version and into the database, which exports and later teachings read.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.workflow.teaching.teaching_set import TeachingSet
from storage.exchange import manifest
from storage.exchange.manifest import Manifest, ManifestEntry
from storage.records import splits
from storage.records.splits import SplitRecord


def freeze_decided(
    entries: Sequence[ManifestEntry], decided: TeachingSet, *, as_of: int
) -> Manifest:
    """The frozen corrections once more, now with the split and the group of each.

    Those that the teaching neither learned from nor checks on, such as the videos of a label that
    waits for more, have none.
    """
    sides = _sides(decided)
    return manifest.of(
        (manifest.with_split(entry, sides.get(entry.sha256)) for entry in entries), as_of=as_of
    )


def record_decided(session: Session, decided: Manifest) -> None:
    """Stores it, for exports and the next teaching."""
    sides = {
        entry.sha256: SplitRecord(entry.split, entry.group)
        for entry in decided.entries
        if entry.split is not None
    }
    splits.record(session, decided=sides, manifest_sha256=decided.sha256)


def _sides(decided: TeachingSet) -> dict[str, SplitRecord]:
    learned = {e.sha256: SplitRecord("train", e.group) for e in decided.learn}
    return learned | {e.sha256: SplitRecord("val", e.group) for e in decided.check}
