"""Which real clips are corrected and which test: never one person on both sides."""

from __future__ import annotations

import csv
import os
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.learning.adapt import with_joined
from model.learning.examples import Example
from model.learning.features import FeatureStore
from model.weights.catalogue import default_path
from model.weights.checkpoint import LoadedCheckpoint, load

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FOUR = ("wave one hand", "wave two hands", "jumping jack", "bend down")
TWO_PEOPLE = ("punching", "hugging", "pointing", "kicking", "pushing", "shaking hands")
ALONE = ("squat", "push up", "pull up")
TASKS = {"four": FOUR, "all": (*FOUR, *TWO_PEOPLE, *ALONE)}

SAME_PERSON = (
    "0290 0292 0294 0300 0314 0324 0326 0328",
    "0296 0298 0302 0304 0306 0308",
    "0310 0312",
    "0316 0318 0320 0322",
    "0331 0333 0343 0345 0347",
    "0339 0341",
    "0351 0353 0355 0363",
)
"""Exercise clips that show one person; the data does not say so, the pictures do."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Clips to learn from, clips of other persons to test; labels count from 0."""

    learn: tuple[Example, ...]
    test: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Others:
    """Clips of other content, each once, in two halves that share no scene.

    `around` may stand beside the corrections, `test` is only looked at.
    `known` has the row of its class among the default's 400 for each to test, -1 where not known.
    """

    around: tuple[Example, ...]
    test: tuple[Example, ...]
    known: NDArray[np.int64]


def kept_store(kept: Path, joined: int = 3) -> FeatureStore:
    """Features of the embedded default, under `kept` from one run to the next."""
    return FeatureStore(joined_default(joined), kept / "features", kept / "networks")


def joined_default(joined: int = 3) -> LoadedCheckpoint:
    """The embedded default with features of so many layers."""
    return with_joined(load(default_path()), joined)


def actions(task: str) -> tuple[Example, ...]:
    """All clips of a task; `group` is the person."""
    persons = {number: numbers[:4] for numbers in SAME_PERSON for number in numbers.split()}
    found: list[Example] = []
    for row in _rows(DATA / "actions"):
        if row["label"] in TASKS[task]:
            number = Path(row["file"]).stem
            person = row["group"] or f"{row['source']} {persons.get(number, number)}"
            path = DATA / "actions" / row["file"]
            label = TASKS[task].index(row["label"])
            found.append(Example(path, label, name=row["label"], group=person))
    return tuple(found)


def draw(task: str, each: int, seed: int, *, fewest: bool = False) -> Draw:
    """`each` clips a class to learn from, of as many persons as there are (or the fewest).

    Every class keeps at least one person for the test.
    """
    clips = actions(task)
    chance = random.Random(seed)
    while True:
        drawn = _drawn(clips, each, chance, fewest=fewest)
        if drawn is not None:
            return drawn


def _drawn(
    clips: Sequence[Example], each: int, chance: random.Random, *, fewest: bool
) -> Draw | None:
    people = sorted({clip.group for clip in clips})
    chance.shuffle(people)
    learned: set[str] = set()
    for label in sorted({clip.label for clip in clips}):
        mine = [p for p in people if any(c.group == p and c.label == label for c in clips)]
        for place, person in enumerate(mine[:-1]):
            have = sum(c.label == label and c.group in learned for c in clips)
            if have >= each and (fewest or place >= each):
                break
            learned.add(person)
    learn: list[Example] = []
    for label in sorted({clip.label for clip in clips}):
        rows = [[c for c in clips if c.group == p and c.label == label] for p in people
                if p in learned]  # fmt: skip
        for row in rows:
            chance.shuffle(row)
        mixed = [clip for turn in zip_longest(*rows) for clip in turn if clip is not None]
        learn += mixed[:each]
    test = tuple(clip for clip in clips if clip.group not in learned)
    labels = {clip.label for clip in clips}
    enough = len(learn) == each * len(labels) and {clip.label for clip in test} == labels
    return Draw(tuple(learn), test) if enough else None


def others(seed: int) -> Others:
    """Two halves of the other clips, split by scene."""
    labels = load(default_path()).spec.labels
    scenes: defaultdict[str, list[tuple[Example, int]]] = defaultdict(list)
    seen: set[str] = set()
    for row in sorted(_rows(DATA / "clips"), key=lambda row: not row["nearest_kinetics400"]):
        path = DATA / "clips" / row["file"]
        name = row["nearest_kinetics400"]
        known = labels.index(name) if name else -1
        example = Example(path, 0, group=scene_of(row), sha256=row["sha256"])
        if row["sha256"] not in seen:
            seen.add(row["sha256"])
            scenes[scene_of(row)].append((example, known))
    names = sorted(scenes)
    random.Random(seed).shuffle(names)
    halves: tuple[list[tuple[Example, int]], ...] = ([], [])
    for name in names:
        smaller = min(halves, key=len)
        smaller += scenes[name]
    around, test = halves
    random.Random(seed).shuffle(around)
    return Others(
        tuple(example for example, _ in around),
        tuple(example for example, _ in test),
        np.array([known for _, known in test], np.int64),
    )


def scene_of(row: dict[str, str]) -> str:
    """What may show the same scene: one film of a data set, or one word, or one repository."""
    if row["true_label"] and row["nearest_kinetics400"]:
        return row["nearest_kinetics400"]
    name = re.sub(r"[\W_]*\d+$", "", Path(row["file"]).stem)
    return name.split("-")[0] if not row["dataset"] else name


def numbered(examples: Sequence[Example], first: int) -> tuple[Example, ...]:
    """The same with labels that count from `first`."""
    return tuple(replace(example, label=example.label + first) for example in examples)


def load_now() -> str:
    """How busy the machine is, for the line under a table."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "labels.csv").open(newline="") as file:
        return list(csv.DictReader(file))
