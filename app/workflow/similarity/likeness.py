"""How alike videos are to a model: one embedding for each, kept once it is computed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from app.workflow.feature_store import feature_store
from app.workflow.services import Services
from model.learning.errors import ListError
from model.learning.examples import Example
from model.learning.finetune_config import JOINED
from model.learning.prototypes import Embedder
from storage.errors import NotFoundError

if TYPE_CHECKING:  # PyTorch takes seconds to import: only who computes waits for it
    from model.weights.checkpoint import LoadedCheckpoint

Key = tuple[str, float | None, float | None]
log = logging.getLogger(__name__)


class Part(Protocol):
    """A stretch of a stored video, such as a `ManifestEntry`."""

    @property
    def sha256(self) -> str: ...
    @property
    def uri(self) -> str: ...
    @property
    def start_s(self) -> float | None: ...
    @property
    def end_s(self) -> float | None: ...


class Likeness:
    """The embeddings of one program. Safe to share between threads; they take turns."""

    def __init__(self, services: Services, loaded: LoadedCheckpoint | None = None) -> None:
        """`loaded` is the model to use; by default the one that answers, also after a change."""
        self._services = services
        self._fixed = loaded
        self._turn = threading.RLock()
        self._embedder: Embedder | None = None
        self._kept: dict[Key, NDArray[np.float32]] = {}

    @property
    def version(self) -> str:
        """SHA-256 of the model; what embeddings of two models say cannot be compared."""
        return self._current().version

    def of(self, part: Part) -> NDArray[np.float32] | None:
        """The embedding float32 [D] of length 1, computed if need be.

        None if the video is gone or cannot be read. Raises `UnknownModel`, `ModelError`.
        """
        with self._turn:
            embedder = self._current()
            if _key(part) not in self._kept:
                try:
                    path = self._services.media.local_path(part.uri)
                    self._kept[_key(part)] = embedder.embed(_example(part, path))
                except (ListError, NotFoundError) as error:
                    log.warning("a video cannot be compared with others: %s", error)
                    return None
            return self._kept[_key(part)]

    def is_known(self, part: Part) -> bool:
        """Whether it needs no computing."""
        with self._turn:
            embedder = self._current()
            return _key(part) in self._kept or embedder.knows(_example(part, Path(part.uri)))

    def known(self, parts: Sequence[Part]) -> NDArray[np.float32]:
        """[N, D] of those already computed; the others get zeros, which count as unlike all."""
        found = [self.of(part) if self.is_known(part) else None for part in parts]
        size = next((len(one) for one in found if one is not None), 0)
        rows = [np.zeros(size, np.float32) if one is None else one for one in found]
        return np.stack(rows) if rows else np.empty((0, 0), np.float32)

    def _current(self) -> Embedder:
        """Another model's embeddings are forgotten."""
        with self._turn:
            loaded = self._fixed or self._services.models.predictor().checkpoint
            if self._embedder is None or self._embedder.version != loaded.sha256:
                from model.learning.finetune import joined_as_far  # noqa: PLC0415  # brings PyTorch

                store = feature_store(self._services, joined_as_far(loaded, JOINED))
                self._embedder = Embedder(store)
                self._kept.clear()
            return self._embedder


def _key(part: Part) -> Key:
    return part.sha256, part.start_s, part.end_s


def _example(part: Part, path: Path) -> Example:
    return Example(path, 0, sha256=part.sha256, start_s=part.start_s, end_s=part.end_s)
