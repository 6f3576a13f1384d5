"""What there is to learn from: corrections as examples of classes, and which are kept for checking.

The classes of the next version are those of its parent, in their order, then the new labels. A
label with too few videos waits; the others do not have to wait with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.learning.examples import Example, count_per_class, some
from model.learning.split import CHECK, divided, grouped
from storage.exchange.manifest import ManifestEntry
from storage.text import search_key

SMALLEST = 2  # videos to learn from, beside those kept for checking
FEW_CHECKS = 10


@dataclass(frozen=True, slots=True)
class LabelCount:
    """One label among the corrections. `scenes` counts videos that do not show the same thing."""

    label: str
    learn: int
    check: int
    scenes: int
    new: bool  # no class of the model yet
    taken: bool  # whether there is enough to learn it now


@dataclass(frozen=True, slots=True)
class TeachingSet:
    """The examples that a version learns from and is checked on, with `group` and `split` set.

    `labels` are the classes of the version to be; an example's `label` is its place among them.
    """

    examples: tuple[Example, ...]
    labels: tuple[str, ...]
    counts: tuple[LabelCount, ...]

    @property
    def learn(self) -> tuple[Example, ...]:
        """Those to learn from."""
        return tuple(e for e in self.examples if e.split != CHECK)

    @property
    def check(self) -> tuple[Example, ...]:
        """Those kept for checking."""
        return tuple(e for e in self.examples if e.split == CHECK)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why nothing can be learned from this yet, one sentence each; empty if it can."""
        taken = [count for count in self.counts if count.taken]
        if not self.counts:
            return ("Nobody has confirmed or corrected a video yet, so there is nothing to learn.",)
        if len(taken) < 2:
            return (
                f"At least two labels need {SMALLEST} or more videos to learn from, beside those"
                f" kept for checking; now {_so_many(len(taken))}. Confirm or correct more videos.",
            )
        return ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know before starting, one sentence each."""
        notes: list[str] = []
        waiting = [f"{c.label} ({c.learn})" for c in self.counts if not c.taken]
        if waiting:
            notes.append(
                f"Not learned yet, because there are fewer than {SMALLEST} videos to learn from:"
                f" {some(waiting)}."
            )
        lone = [c.label for c in self.counts if c.taken and c.scenes == 1]
        if lone:
            notes.append(
                f"All videos of these labels show the same thing, so nobody can check whether the"
                f" model knows it elsewhere: {some(lone)}. Add other persons or places."
            )
        unseen = [c.label for c in self.counts if c.taken and not c.check and c.scenes > 1]
        if unseen and self.check:
            notes.append(
                f"No video of these labels is kept for checking, so nobody can check whether the"
                f" next version knows them: {some(unseen)}. More videos of them will change that."
            )
        if self.counts and len(self.check) < FEW_CHECKS:
            kept = f"Only {_videos(len(self.check))}" if self.check else "No video is"
            notes.append(
                f"{kept} kept for checking: too few to say for certain whether the next version is"
                " better. More corrections will change that."
            )
        return tuple(notes)


def teaching_set(
    entries: Sequence[ManifestEntry],
    parent_labels: Sequence[str],
    locate: Callable[[str], Path],
    embeddings: NDArray[np.float32] | None = None,
) -> TeachingSet:
    """Examples of frozen corrections for a child of a model with `parent_labels`.

    `locate` gives the file of a media address. With `embeddings` [N, D] of the entries, videos that
    look nearly the same stand on one side of the split; a row of zeros counts as unlike all others.
    What an entry says was learned from stays so. The same corrections always give the same set.
    """
    examples = [_example(entry, n, locate) for entry, n in _numbered(entries, parent_labels)]
    placed = divided(grouped(examples, embeddings=embeddings))
    known = len(parent_labels)
    learn = count_per_class(e for e in placed if e.split != CHECK)
    taken = {number for number, count in learn.items() if count >= SMALLEST}
    names = {e.label: e.name for e in placed}
    new = [number for number in sorted(taken) if number >= known]
    final = {number: number for number in range(known)}
    final |= {number: known + place for place, number in enumerate(new)}
    return TeachingSet(
        examples=tuple(
            replace(e, label=final[e.label])
            for e in placed
            if e.label in taken or (e.label < known and e.split == CHECK)
        ),
        labels=(*parent_labels, *(names[number] for number in new)),
        counts=_counts(placed, known, taken),
    )


def _numbered(
    entries: Sequence[ManifestEntry], parent_labels: Sequence[str]
) -> list[tuple[ManifestEntry, int]]:
    """Each entry with its class: the parent's number, or one of its own from there on."""
    numbers = {search_key(name): number for number, name in enumerate(parent_labels)}
    for entry in sorted(entries, key=lambda entry: entry.index):
        numbers.setdefault(search_key(entry.label), len(numbers))
    return [(entry, numbers[search_key(entry.label)]) for entry in entries]


def _example(entry: ManifestEntry, number: int, locate: Callable[[str], Path]) -> Example:
    return Example(
        path=locate(entry.uri),
        label=number,
        name=entry.label,
        event_id=str(entry.event_id),
        sha256=entry.sha256,
        start_s=entry.start_s,
        end_s=entry.end_s,
        split=entry.split or "",
    )


def _counts(placed: Sequence[Example], known: int, taken: set[int]) -> tuple[LabelCount, ...]:
    check = Counter(e.label for e in placed if e.split == CHECK)
    total = Counter(e.label for e in placed)
    names = {e.label: e.name for e in placed}
    counts = [
        LabelCount(
            label=names[number],
            learn=videos - check[number],
            check=check[number],
            scenes=len({e.group for e in placed if e.label == number}),
            new=number >= known,
            taken=number in taken,
        )
        for number, videos in total.items()
    ]
    return tuple(sorted(counts, key=lambda c: (-c.learn - c.check, c.label)))


def _so_many(count: int) -> str:
    return "only one has them" if count else "none has them"


def _videos(count: int) -> str:
    return {0: "no video is", 1: "one video is"}.get(count, f"{count} videos are")
