"""Which videos versions have learned from and which are kept for checking, as teaching decided.

A video that no teaching has used yet has no split. One that a version has learned from stays
`train`: whoever decides takes what stands here into account (`model.learning.split.divided`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from storage.tables import Split, Video

Side = Literal["train", "val"]
CHUNK = 500  # videos that are written at once


@dataclass(frozen=True, slots=True)
class SplitRecord:
    """The side of one video, and the group of videos that show the same thing."""

    split: Side
    group: str


def record(session: Session, *, decided: Mapping[str, SplitRecord], manifest_sha256: str) -> None:
    """Stores what a teaching decided, by the videos' SHA-256; a later teaching replaces it.

    `manifest_sha256` names the frozen list that says the same. Videos deleted since are left out.
    """
    for hashes in _chunks(tuple(decided)):
        ids = session.execute(select(Video.id, Video.sha256).where(Video.sha256.in_(hashes))).all()
        session.execute(delete(Split).where(Split.video_id.in_([row.id for row in ids])))
        rows = [
            {
                "video_id": row.id,
                "split": decided[row.sha256].split,
                "group_name": decided[row.sha256].group,
                "manifest_sha256": manifest_sha256,
            }
            for row in ids
        ]
        if rows:
            session.execute(insert(Split), rows)


def of(session: Session, *, video_ids: Sequence[int]) -> dict[int, SplitRecord]:
    """What was decided about these videos, by their ids; those nothing was decided about lack."""
    found = session.scalars(select(Split).where(Split.video_id.in_(video_ids)))
    return {row.video_id: SplitRecord(row.split, row.group_name) for row in found}


def _chunks(hashes: Sequence[str]) -> list[Sequence[str]]:
    return [hashes[start : start + CHUNK] for start in range(0, len(hashes), CHUNK)]
