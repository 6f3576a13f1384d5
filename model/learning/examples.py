"""The value that every list, manifest and split is made of: one video and its class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.learning.errors import ListError

SHOWN = 5  # names in an error message; the rest is a number


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled video. What a list does not say is empty.

    `group` joins videos that show the same thing (one person, one scene, near-duplicates): a group
    is never split between learning and checking. `split` is `train`, `val` or empty. The label
    holds from `start_s` to `end_s` seconds, or for the whole video.
    """

    path: Path
    label: int
    name: str = ""  # the class by name
    split: str = ""
    group: str = ""
    event_id: str = ""  # the correction that this came from
    sha256: str = ""
    start_s: float | None = None
    end_s: float | None = None


def some(names: Iterable[object]) -> str:
    """Up to five of the names, then how many more there are."""
    listed = [str(name) for name in names]
    shown = ", ".join(listed[:SHOWN])
    return shown if len(listed) <= SHOWN else f"{shown} and {len(listed) - SHOWN} more"


def check_labels(examples: Sequence[Example], classes: int) -> None:
    """Raises `ListError` if a class index does not exist in a model of that many classes."""
    wrong = [f"{e.path.name} ({e.label})" for e in examples if not 0 <= e.label < classes]
    if wrong:
        raise ListError(
            f"The model has classes 0 to {classes - 1}, but the list gives others: {some(wrong)}. "
            "Correct these lines and start again."
        )


def count_per_class(examples: Iterable[Example]) -> Counter[int]:
    """How many examples each class index has."""
    return Counter(example.label for example in examples)
