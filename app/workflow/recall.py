"""Learned already: what people called videos like this one, from their corrections alone.

Nothing is trained. Each corrected video leaves features of the model that answers now; a new one
is compared with them. Features that are not there yet are computed here while they are few, and by
the worker (`remember`) while they are many.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.workflow.long_work import Outcome, Report
from app.workflow.services import Services
from app.workflow.teaching_run import feature_store
from model.learning.errors import ListError
from model.learning.examples import Example
from model.learning.finetune import joined_as_far
from model.learning.lesson import JOINED
from model.learning.prototypes import Corrected, Embedder, Memory, Suggestion
from storage import jobs, manifest, videos
from storage.errors import NotFoundError
from storage.jobs import JobRecord
from storage.manifest import ManifestEntry
from storage.videos import VideoRecord

KIND = "remember"
AT_ONCE = 4  # videos whose features are computed while somebody waits
Key = tuple[str, float | None, float | None]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recalled:
    """People have called videos like this one `label`: `known` of them, these the most like it.

    `likeness` is a cosine, 1 for the very same features.
    """

    label: str
    likeness: float
    known: int
    like: tuple[VideoRecord, ...]


class _Part(Protocol):
    """A stretch of a stored video."""

    @property
    def sha256(self) -> str: ...
    @property
    def uri(self) -> str: ...
    @property
    def start_s(self) -> float | None: ...
    @property
    def end_s(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class _Asked:
    """A whole video."""

    sha256: str
    uri: str
    start_s: float | None = None
    end_s: float | None = None


class Recall:
    """Remembers for one program. Safe to share between threads; they take turns."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._turn = threading.Lock()
        self._embedder: Embedder | None = None
        self._kept: dict[Key, NDArray[np.float32]] = {}

    def suggest(self, video: VideoRecord) -> Recalled | None:
        """What people called videos like this one; None if nothing is like it or nobody said.

        Raises `UnknownModel`, `ModelError`, `StorageError`.
        """
        corrected = [entry for entry in self._corrected() if entry.sha256 != video.sha256]
        if not corrected:
            return None
        with self._turn:
            embedder = self._current_embedder()
            known = self._known(embedder, corrected)
            mine = self._embedded(embedder, _Asked(video.sha256, video.uri)) if known else None
        found = Memory(known).suggest(mine) if mine is not None else None
        return None if found is None else self._recalled(found, known)

    def has_any(self) -> bool:
        """Whether anybody has named a video yet."""
        return bool(self._corrected())

    def remember(self, report: Report) -> int:
        """Computes what is missing for all corrected videos; how many there are then."""
        corrected = self._corrected()
        with self._turn:
            embedder = self._current_embedder()
            for number, entry in enumerate(corrected):
                sentence = f"Remembering corrected video {number + 1} of {len(corrected)}."
                report(number / len(corrected), sentence)
                self._embedded(embedder, entry)
        return len(corrected)

    def _known(self, embedder: Embedder, corrected: Sequence[ManifestEntry]) -> list[Corrected]:
        """Those whose features are there, or were few enough to be computed now."""
        missing = [e for e in corrected if _key(e) not in self._kept]
        missing = [e for e in missing if not embedder.knows(_example(e, Path(e.uri)))]
        late = {_key(entry) for entry in missing[AT_ONCE:]}
        if late:
            _queue(self._services, f"{KIND}-{embedder.version[:16]}-{len(corrected)}")
        found: list[Corrected] = []
        for entry in corrected:
            embedding = None if _key(entry) in late else self._embedded(embedder, entry)
            if embedding is not None:
                found.append(Corrected(entry.label, embedding, entry.sha256))
        return found

    def _embedded(self, embedder: Embedder, part: _Part) -> NDArray[np.float32] | None:
        """None if the video is gone or cannot be read."""
        key = _key(part)
        if key not in self._kept:
            try:
                path = self._services.media.local_path(part.uri)
                self._kept[key] = embedder.embed(_example(part, path))
            except (ListError, NotFoundError) as error:
                log.warning("a video is not remembered: %s", error)
                return None
        return self._kept[key]

    def _current_embedder(self) -> Embedder:
        """That of the model that answers now; what another one computed is forgotten."""
        services = self._services
        loaded = services.models.predictor().checkpoint
        if self._embedder is None or self._embedder.version != loaded.sha256:
            self._embedder = Embedder(feature_store(services, joined_as_far(loaded, JOINED)))
            self._kept.clear()
        return self._embedder

    def _corrected(self) -> tuple[ManifestEntry, ...]:
        with self._services.database.read() as session:
            return manifest.freeze(session).entries

    def _recalled(self, found: Suggestion, known: Sequence[Corrected]) -> Recalled:
        with self._services.database.read() as session:
            like = [videos.find(session, sha256=sha256) for sha256 in found.videos]
        return Recalled(
            label=found.label,
            likeness=found.likeness,
            known=sum(one.label == found.label for one in known),
            like=tuple(video for video in like if video is not None),
        )


def _key(part: _Part) -> Key:
    return part.sha256, part.start_s, part.end_s


def _example(part: _Part, path: Path) -> Example:
    return Example(path, 0, sha256=part.sha256, start_s=part.start_s, end_s=part.end_s)


def carry_out(services: Services, job: JobRecord, report: Report) -> Outcome:
    """The worker's part; a `Work`."""
    del job
    known = Recall(services).remember(partial(report, news=None))
    return Outcome(f"{known} corrected videos are remembered.")


def _queue(services: Services, op_id: str) -> None:
    with services.database.write() as session:
        jobs.enqueue(session, op_id=op_id, kind=KIND, spec={}, created_by="")
