"""Which real clips are corrected, which test what was learned, and which what was known before."""

from __future__ import annotations

import csv
import hashlib
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from model.learning.split import side_of

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FOUR = ("wave one hand", "wave two hands", "jumping jack", "bend down")
TWO_PEOPLE = ("punching", "hugging", "pointing", "kicking", "pushing", "shaking hands")
TASKS = {"four": FOUR, "ten": FOUR + TWO_PEOPLE}
"""Only actions that more than one person does: with one person nothing can be tested."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A real clip and what it shows."""

    path: Path
    label: str
    person: str


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw: clips to correct, clips of other persons, other videos, and old classes' clips."""

    corrected: tuple[Clip, ...]
    tested: tuple[Clip, ...]
    around: tuple[Path, ...]
    known: tuple[Clip, ...]


def draw(task: str, learn: int, seed: int) -> Draw:
    """`learn` clips a class that the app will learn from (it keeps others for checking itself).

    No person, and no half of the other clips, is on both sides.
    """
    chance = random.Random(seed)
    corrected: list[Clip] = []
    tested: list[Clip] = []
    for label in TASKS[task]:
        persons = _persons(label)
        names = sorted(persons)
        chance.shuffle(names)
        mine: list[Clip] = []
        while len(mine) < learn:
            mine += [clip for clip in persons[names.pop()] if _is_learned(clip)]
        corrected += mine[:learn]
        tested += [clip for name in names for clip in persons[name]]
    others = _rows(DATA / "clips")
    chance.shuffle(others)
    half = len(others) // 2
    known = [
        Clip(DATA / "clips" / row["file"], row["nearest_kinetics400"], "")
        for row in others[half:]
        if row["nearest_kinetics400"]
    ]
    around = [DATA / "clips" / row["file"] for row in others[:half]]
    return Draw(tuple(corrected), tuple(tested), tuple(around), tuple(known))


def _persons(label: str) -> dict[str, list[Clip]]:
    persons: defaultdict[str, list[Clip]] = defaultdict(list)
    for row in _rows(DATA / "actions"):
        if row["label"] == label:
            clip = Clip(DATA / "actions" / row["file"], label, row["group"])
            persons[row["group"]].append(clip)
    return persons


def _is_learned(clip: Clip) -> bool:
    return side_of(hashlib.sha256(clip.path.read_bytes()).hexdigest()) == "train"


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "labels.csv").open(newline="") as file:
        return list(csv.DictReader(file))
