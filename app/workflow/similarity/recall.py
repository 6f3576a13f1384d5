"""Learned already: what people called videos like this one, from their corrections alone.

Nothing is trained: a new video is compared with those that people named. Embeddings that are not
there yet are computed here while they are few, and by the worker while they are many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.workflow.long_work import Order, Outcome, Report
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from model.learning.prototypes import Corrected, Memory, Suggestion
from storage.exchange import manifest
from storage.exchange.manifest import ManifestEntry
from storage.records import jobs, videos
from storage.records.jobs import JobRecord
from storage.records.videos import VideoRecord

KIND = "remember"
COMPARED = 2000  # videos that a new one is compared with; more would keep people waiting
AT_ONCE = 4  # videos whose embeddings are computed while somebody waits


@dataclass(frozen=True, slots=True)
class RecallOrder(Order):
    """Compute the embeddings that are missing, whichever they are by then."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """People have called videos like this one `label`: `known` of them, these the most like it.

    `likeness` is a cosine, 1 for the very same features.
    """

    label: str
    likeness: float
    known: int
    like: tuple[VideoRecord, ...]


@dataclass(frozen=True, slots=True)
class _Whole:
    """A whole video."""

    sha256: str
    uri: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """Remembers for one program."""

    services: Services
    likeness: Likeness

    def has_any(self) -> bool:
        """Whether anybody has named a video yet."""
        with self.services.database.read() as session:
            return bool(manifest.newest(session, limit=1))

    def suggest(self, video: VideoRecord) -> Recalled | None:
        """What people called videos like this one; None if nothing is like it or nobody said.

        Raises `UnknownModel`, `ModelError`, `StorageError`.
        """
        others = [entry for entry in named(self.services) if entry.sha256 != video.sha256]
        known = self._known(others)
        mine = self.likeness.of(_Whole(video.sha256, video.uri)) if known else None
        found = Memory(known).suggest(mine) if mine is not None else None
        return None if found is None else self._recalled(found, known)

    def _known(self, entries: Sequence[ManifestEntry]) -> list[Corrected]:
        """Those whose embeddings are there, or were few enough to be computed now."""
        missing = [entry for entry in entries if not self.likeness.is_known(entry)]
        late = {entry.event_id for entry in missing[AT_ONCE:]}
        if late:
            _queue(self.services, f"{KIND}-{self.likeness.version[:16]}-{len(entries)}")
        found: list[Corrected] = []
        for entry in entries:
            embedding = None if entry.event_id in late else self.likeness.of(entry)
            if embedding is not None:
                found.append(Corrected(entry.label, embedding, entry.sha256))
        return found

    def _recalled(self, found: Suggestion, known: Sequence[Corrected]) -> Recalled:
        with self.services.database.read() as session:
            like = [videos.find(session, sha256=sha256) for sha256 in found.videos]
        return Recalled(
            label=found.label,
            likeness=found.likeness,
            known=sum(one.label == found.label for one in known),
            like=tuple(video for video in like if video is not None),
        )


def named(services: Services) -> tuple[ManifestEntry, ...]:
    """The videos that people have named, the `COMPARED` latest of them."""
    with services.database.read() as session:
        return manifest.newest(session, limit=COMPARED)


def carry_out(services: Services, job: JobRecord, order: RecallOrder, report: Report) -> Outcome:
    """The worker's part, a `Work`: computes what is missing."""
    del job, order
    likeness = Likeness(services)
    entries = named(services)
    for number, entry in enumerate(entries):
        sentence = f"Remembering named video {number + 1} of {len(entries)}."
        report(number / len(entries), sentence)
        likeness.of(entry)
    return Outcome(f"{len(entries)} named videos are remembered.")


def _queue(services: Services, op_id: str) -> None:
    with services.database.write() as session:
        jobs.enqueue(session, op_id=op_id, kind=KIND, spec=RecallOrder().to_json())
    services.lanes.long.ring()
