"""Who is labelled and who is tested: never one person on both sides."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.learning.material import TASKS, actions, kept_store
from model.learning.examples import Example
from model.learning.features import joined_widths
from model.weights.checkpoint import LoadedCheckpoint

Numbers = NDArray[np.int64]
Persons = Literal["all", "even", "odd"]
FEWEST = 3  # persons of a class, so that draws differ
POOL = 0.6  # of the clips, about, are those of persons that may be labelled


@dataclass(frozen=True, slots=True)
class Material:
    """All clips: averaged features [views, C] of each, and what the app keeps to compare them.

    `vectors` float32 [N, 1024] of length 1, as an answer leaves them; `joined`
    float64 [N, 2688] those of three layers, each of length 1; `labels` int64 [N] are
    places in `names`.
    """

    parent: LoadedCheckpoint
    clips: tuple[Example, ...]
    features: tuple[Tensor, ...]
    widths: tuple[int, ...]
    vectors: NDArray[np.float32]
    joined: NDArray[np.float64]
    labels: Numbers
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Places among the clips: of those that may be labelled, and of other persons' to test."""

    pool: Numbers
    test: Numbers


def material(kept: Path) -> Material:
    """Computes what is not kept yet, which takes minutes the first time."""
    store = kept_store(kept)
    clips = actions("all")
    features = tuple(store.of(clips, "pooled"))
    widths = joined_widths(store.checkpoint)
    middle = torch.stack([one[0] for one in features])
    return Material(
        parent=store.checkpoint,
        clips=clips,
        features=features,
        widths=widths,
        vectors=_unit(middle[:, : widths[0]]).astype(np.float32),
        joined=np.concatenate(
            [_unit(part) for part in torch.split(middle, list(widths), dim=1)], axis=1
        ),
        labels=np.array([clip.label for clip in clips], np.int64),
        names=TASKS["all"],
    )


def split(clips: Sequence[Example], seed: int, persons: Persons = "all") -> Split:
    """Persons in two parts, each with every class; `even` and `odd` share no person at all.

    Classes of fewer than `FEWEST` of these persons are left out.
    """
    chance = random.Random(seed)
    mine = [place for place, clip in enumerate(clips) if persons in ("all", _half(clip.group))]
    groups = Counter(label for label, _ in {(clips[p].label, clips[p].group) for p in mine})
    classes = {label for label, count in groups.items() if count >= FEWEST}
    mine = [place for place in mine if clips[place].label in classes]
    names = sorted({clips[place].group for place in mine})
    while True:
        chance.shuffle(names)
        pool: list[int] = []
        for name in names:
            if len(pool) < POOL * len(mine):
                pool += [place for place in mine if clips[place].group == name]
        test = sorted(set(mine) - set(pool))
        if all({clips[place].label for place in side} == classes for side in (pool, test)):
            return Split(np.array(sorted(pool)), np.array(test))


def _unit(rows: Tensor) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = torch.nn.functional.normalize(rows.double(), dim=1).numpy()
    return unit


def _half(person: str) -> Persons:
    return "even" if sum(person.encode()) % 2 == 0 else "odd"
