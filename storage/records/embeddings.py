"""What videos are compared by: one vector a video, kept beside its latest answer.

Vectors are float16 [C] as bytes, little-endian; those of two networks cannot be compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from storage.tables import Embedding

CHUNK = 500  # SQLite takes so many values in one statement, whoever built it


def keep(session: Session, *, video_id: int, made_by: str, vector: bytes) -> None:
    """Stores the vector of a video in place of the one it had."""
    session.execute(delete(Embedding).where(Embedding.video_id == video_id))
    row = {"video_id": video_id, "made_by": made_by, "vector": vector}
    session.execute(insert(Embedding), [row])


def of(session: Session, *, video_ids: Sequence[int]) -> dict[int, bytes]:
    """The vectors of these videos by their ids, all of one network: the one that most come from.

    Videos without a vector, or with one of another network, are left out.
    """
    rows = [row for chunk in _chunks(video_ids) for row in session.execute(_of(chunk))]
    if not rows:
        return {}
    ((usual, _),) = Counter(row.made_by for row in rows).most_common(1)
    return {row.video_id: row.vector for row in rows if row.made_by == usual}


def _of(video_ids: Sequence[int]) -> Select[int, str, bytes]:
    wanted = (Embedding.video_id, Embedding.made_by, Embedding.vector)
    return select(*wanted).where(Embedding.video_id.in_(video_ids))


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
