"""The orders, each as a function: which clips of the pool are labelled next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.queue_order.pools import Material, Numbers
from model.learning import label_order
from storage.records.review import Tally


@dataclass(frozen=True, slots=True)
class Stand:
    """What is labelled so far and what is left, as places among the clips."""

    material: Material
    labelled: Numbers
    left: Numbers
    chance: np.random.Generator

    @property
    def known(self) -> NDArray[np.float32]:
        """Vectors of what is labelled."""
        return self.material.vectors[self.labelled]

    @property
    def rows(self) -> NDArray[np.float32]:
        """Vectors of what is left."""
        return self.material.vectors[self.left]

    @property
    def said(self) -> list[str]:
        """The labels so far."""
        return [self.material.names[label] for label in self.material.labels[self.labelled]]


Way = Callable[[Stand, int], Numbers]
"""The order of all that is left, the first so many of which will be labelled."""


def by_chance(stand: Stand, count: int) -> Numbers:
    """What a list without an order is."""
    del count
    return stand.chance.permutation(stand.left)


def unsure(stand: Stand, count: int) -> Numbers:
    """By the stored answers, which do not know the new classes."""
    del count
    _, sure = answers(stand.material)
    return stand.left[np.argsort(sure[stand.left], kind="stable")]


def wrong(stand: Stand, count: int) -> Numbers:
    """By the stored answers and what people made of them so far: all are corrected here."""
    del count
    said, sure = answers(stand.material)
    seen = Counter(said[stand.labelled].tolist())
    share = np.array([Tally(0, seen[answer]).share for answer in said[stand.left].tolist()])
    return stand.left[np.argsort(sure[stand.left] * share, kind="stable")]


def different(stand: Stand, count: int) -> Numbers:
    """The farthest first."""
    return stand.left[label_order.spread(stand.rows, stand.known, count=count).rows]


def mix(stand: Stand, count: int) -> Numbers:
    """What the app calls mixed, for teaching."""
    return stand.left[label_order.mixed(stand.rows, stand.known, stand.said, count=count).rows]


WAYS: dict[str, Way] = {
    "random": by_chance,
    "unsure": unsure,
    "wrong": wrong,
    "different": different,
    "mix": mix,
}


def answers(material: Material) -> tuple[Numbers, NDArray[np.float64]]:
    """The parent's top class of every clip, and its probability."""
    with torch.inference_mode():
        seen = torch.stack([one[0] for one in material.features])
        chances = material.parent.network.head(seen).double().softmax(dim=1).numpy()
    return chances.argmax(axis=1), chances.max(axis=1)
