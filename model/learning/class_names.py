"""What the classes of a list mean: its names or numbers become the numbers of a model's classes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model.learning.errors import ListError
from model.learning.examples import Example, some

UNNUMBERED = -1
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it was read. If it is `named`, `label` of its examples means nothing yet."""

    source: str
    examples: tuple[Example, ...]
    named: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The class names that occur, in the order of the alphabet; none if it has numbers."""
        return tuple(sorted({example.name for example in self.examples})) if self.named else ()


@dataclass(frozen=True, slots=True)
class Numbered:
    """Examples with the numbers of a model's classes; `meaning` is a sentence on those."""

    examples: tuple[Example, ...]
    meaning: str


def knows_all(names: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether each name is one of the labels, also if it is spelt like `ApplyEyeMakeup`."""
    known = _by_key(labels)
    return all(name in labels or _key(name) in known for name in names)


def number_classes(listing: Listing, labels: Sequence[str], first: int | None = None) -> Numbered:
    """What a list means to a model with these classes. `first` is the number of the first class.

    Raises `ListError` for a name that is none of them, and where nobody can know what is meant.
    """
    if listing.named:
        return _from_names(listing, labels)
    first = _first(listing, labels) if first is None else first
    shifted = tuple(replace(e, label=e.label - first) for e in listing.examples)
    used = sorted({e.label for e in shifted if 0 <= e.label < len(labels)})
    shown = some(f"{number + first} is {labels[number]}" for number in used)
    return Numbered(shifted, f"The numbers in {listing.source} count from {first}: {shown}.")


def _from_names(listing: Listing, labels: Sequence[str]) -> Numbered:
    known = {name: number for number, name in enumerate(labels)}
    spelt = _by_key(labels)
    numbers = {name: known.get(name, spelt.get(_key(name))) for name in listing.names}
    unknown = [name for name, number in numbers.items() if number is None]
    if unknown:
        near = difflib.get_close_matches(unknown[0], labels, 2)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise ListError(
            f"{len(unknown)} of the {len(numbers)} class names in {listing.source} are none of the"
            f" model's {len(labels)} classes: {some(unknown)}.{hint} Correct them, or name the"
            " classes with --labels where the model may learn others."
        )
    placed = tuple(replace(e, label=numbers[e.name] or 0) for e in listing.examples)
    found = some(labels[number] for number in sorted(n for n in numbers.values() if n is not None))
    many = "one class" if len(numbers) == 1 else f"{len(numbers)} classes"
    return Numbered(placed, f"{listing.source} names {many}: {found}.")


def _first(listing: Listing, labels: Sequence[str]) -> int:
    """The number of the first class: 0, unless the folders of the videos show another one."""
    folders = _folders(listing.examples)
    spelt = _by_key(labels)
    meant = {number: spelt.get(_key(folder)) for folder, number in folders.items()}
    if folders and None not in meant.values():
        shifts = {number - (there or 0) for number, there in meant.items()}
        if len(shifts) == 1 and shifts <= {0, 1}:
            return shifts.pop()
        folder, number = next((f, n) for f, n in folders.items() if meant[n] != n)
        said = labels[number] if 0 <= number < len(labels) else "no class"
        raise ListError(
            f"The numbers in {listing.source} do not fit the folders: number {number} is {said} to"
            f" the model, but the videos lie in {folder}. Give the label file that belongs to the"
            " list (--labels), or the list that belongs to the model."
        )
    numbers = {example.label for example in listing.examples}
    if min(numbers) == 1 and max(numbers) == len(labels):
        raise ListError(
            f"The numbers in {listing.source} run from 1 to {len(labels)}, and the model's classes"
            f" from 0 to {len(labels) - 1}. If number 1 is {labels[0]}, say --numbers-from 1."
        )
    return 0


def _folders(examples: Sequence[Example]) -> Mapping[str, int]:
    """The folder of each class, if every class has one of its own."""
    pairs = {(example.path.parent.name, example.label) for example in examples}
    folders, numbers = {folder for folder, _ in pairs}, {number for _, number in pairs}
    return dict(pairs) if len(pairs) == len(folders) == len(numbers) > 1 else {}


def named_by_index(listing: Listing, index: Path) -> Listing:
    """The same with the names of a file like UCF-101's `classInd.txt`: `1 ApplyEyeMakeup`."""
    names: dict[int, str] = {}
    for line in index.read_text(encoding="utf-8-sig").splitlines():
        number, _, name = line.strip().partition(" ")
        if number.isdigit() and name.strip():
            names[int(number)] = name.strip()
    unknown = sorted({e.label for e in listing.examples} - names.keys())
    if unknown:
        raise ListError(
            f"{index.name} says nothing of these numbers in {listing.source}: {some(unknown)}."
        )
    placed = tuple(replace(e, label=UNNUMBERED, name=names[e.label]) for e in listing.examples)
    return Listing(f"{listing.source} (with {index.name})", placed, named=True)


def _by_key(labels: Sequence[str]) -> dict[str, int]:
    """Labels by what is left without case and signs; none of two that are then the same."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for number, label in enumerate(labels):
        twice |= {_key(label)} & found.keys()
        found[_key(label)] = number
    return {key: number for key, number in found.items() if key not in twice}


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
