"""Learned already: what people called videos like this one, without any training.

Every corrected video leaves an embedding; a new video is compared with the mean of each label's
(Snell et al., "Prototypical networks", NeurIPS 2017). Says nothing where nothing is near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.learning.examples import Example

if TYPE_CHECKING:  # PyTorch takes seconds to import: only who computes waits for it
    from torch import Tensor

    from model.learning.features import FeatureStore
    from model.learning.views import Part

LIKENESS = 0.88  # cosine below which two videos have nothing to do with each other
LEAD = 0.02  # by which the nearest label must be nearer than the next
LOOKED_AT: tuple[Part, ...] = ("middle",)  # both ways round: the ends add time, nothing else
# What both do: `python -m benchmarks.learning at-once`.


@dataclass(frozen=True, slots=True)
class Corrected:
    """One corrected video: its label, its embedding float32 [D] of length 1, and its name."""

    label: str
    embedding: NDArray[np.float32]
    video: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """People have called videos like this one `label`.

    `likeness` is the cosine to that label's mean, `lead` how much less the next label's is.
    `videos` are the most similar corrected ones of that label, best first.
    """

    label: str
    likeness: float
    lead: float
    videos: tuple[str, ...]


class Memory:
    """All corrected videos as they are known now. Made anew after a correction; never changed."""

    def __init__(
        self, corrected: Sequence[Corrected], *, likeness: float = LIKENESS, lead: float = LEAD
    ) -> None:
        self._corrected = tuple(corrected)
        self._likeness = likeness
        self._lead = lead
        self._labels = tuple(dict.fromkeys(one.label for one in corrected))
        self._all = _stack([one.embedding for one in corrected])
        self._means = _unit(
            _stack([self._all[self._rows(label)].mean(axis=0) for label in self._labels])
        )

    def nearest(self, embedding: NDArray[np.float32], *, shown: int = 3) -> Suggestion | None:
        """The nearest label, however far; None if there are no corrections at all."""
        if not self._labels:
            return None
        cosines = self._means @ embedding
        best = int(cosines.argmax())
        others = np.delete(cosines, best)
        rows = self._rows(self._labels[best])
        rows = rows[np.argsort(-(self._all[rows] @ embedding), kind="stable")]
        return Suggestion(
            label=self._labels[best],
            likeness=float(cosines[best]),
            lead=float(cosines[best] - others.max()) if len(others) else 1.0,
            videos=tuple(self._corrected[row].video for row in rows[:shown]),
        )

    def suggest(self, embedding: NDArray[np.float32]) -> Suggestion | None:
        """The nearest label if it is near enough and the next one is not as near, else None."""
        found = self.nearest(embedding)
        if found is None or found.likeness < self._likeness or found.lead < self._lead:
            return None
        return found

    def _rows(self, label: str) -> NDArray[np.int64]:
        return np.flatnonzero([one.label == label for one in self._corrected])


class Embedder:
    """Turns videos into embeddings with one model. Those of two models cannot be compared."""

    def __init__(self, store: FeatureStore) -> None:
        from model.learning.features import joined_widths  # noqa: PLC0415  # brings PyTorch

        self._store = store
        self._widths = joined_widths(store.checkpoint)

    @property
    def version(self) -> str:
        """The SHA-256 of the model's checkpoint; keep it beside every embedding."""
        return self._store.checkpoint.sha256

    def knows(self, video: Example) -> bool:
        """Whether the embedding needs no computing. Raises `ListError` if the video is gone."""
        return self._store.has(video, "pooled", parts=LOOKED_AT)

    def embed(self, video: Example) -> NDArray[np.float32]:
        """The embedding float32 [D] of length 1; looked up if the video was seen before.

        Raises `ListError` if the video cannot be read.
        """
        (features,) = self._store.of([video], "pooled", parts=LOOKED_AT)
        return embedding_of(features, self._widths)


def embedding_of(features: Tensor, widths: Sequence[int]) -> NDArray[np.float32]:
    """Averaged features [views, C] of a video, layer by layer of length 1, as one unit vector.

    `widths` are the channels of the joined layers: no layer may outweigh the others.
    """
    apart = features.split(list(widths), dim=1)  # type: ignore[no-untyped-call]
    parts = [_unit(part.numpy()) for part in apart]
    joined = np.concatenate(parts, axis=1).mean(axis=0, keepdims=True)
    embedding: NDArray[np.float32] = _unit(joined)[0].astype(np.float32)
    return embedding


def _stack(rows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.stack(rows) if rows else np.empty((0, 0), np.float32)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True) if rows.size else 1.0
    unit: NDArray[np.float32] = rows / np.maximum(lengths, 1e-12)
    return unit
