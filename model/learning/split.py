"""Decides which videos are kept out for checking, so that nothing is checked on what it learned.

Videos that show the same thing form a group, and a group goes to one side as a whole. The side
comes from a hash, never from chance: the same corrections always give the same sides, and more
corrections do not move earlier ones.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.learning.errors import TooFewError
from model.learning.examples import Example, count_per_class, some

Side = Literal["train", "val"]
TRAIN: Side = "train"
CHECK: Side = "val"
CHECK_SHARE = 0.2
SHA256 = re.compile("[0-9a-f]{64}")
ALIKE = 0.97  # cosine of two embeddings from which on two videos count as near-duplicates
# `python -m benchmarks.learning alike`: copies that are mirrored, coarsely coded or cut by a tenth
# have a median of .99, no two clips of different persons reach .966. Half as large is missed (.95).


def grouped(
    examples: Sequence[Example],
    *,
    embeddings: NDArray[np.float32] | None = None,
    alike: float = ALIKE,
) -> tuple[Example, ...]:
    """The same examples with `group` filled in; order is kept.

    Joined are: equal `group`, the same file, the same content (`sha256`), and, where `embeddings`
    [N, D] are given, near-duplicates by their cosine. A chain of likeness is one group, named after
    its earliest member.
    """
    first = list(range(len(examples)))  # the earliest member known so far: a union-find forest
    seen: dict[tuple[str, str], int] = {}
    for row, example in enumerate(examples):
        for key in _keys(example):
            _join(first, row, seen.setdefault(key, row))
    for a, b in _near(embeddings, alike):
        _join(first, a, b)
    roots = [_root(first, row) for row in range(len(examples))]
    return tuple(
        replace(e, group=_name(examples[root])) for e, root in zip(examples, roots, strict=True)
    )


def divided(examples: Sequence[Example], *, share: float = CHECK_SHARE) -> tuple[Example, ...]:
    """The same examples with `split` filled in: about `share` of the groups are for checking.

    Examples without a group count as a group of their own.
    """
    return tuple(replace(e, split=side_of(e.group or _name(e), share=share)) for e in examples)


def side_of(group: str, *, share: float = CHECK_SHARE) -> Side:
    """The side of a group, from eight hexadecimal digits of its hash.

    A group that is named after the content of its first video has that hash; of any other name the
    SHA-256 is taken.
    """
    digits = group if SHA256.fullmatch(group) else hashlib.sha256(group.encode()).hexdigest()
    return CHECK if int(digits[:8], 16) < share * 16**8 else TRAIN


def check_enough(
    examples: Sequence[Example], names: Sequence[str], *, smallest: int = 1
) -> tuple[str, ...]:
    """Says what a model can hardly learn from these divided examples, one sentence each.

    `names` are the classes by index. Raises `TooFewError` where training would be pointless: fewer
    than two classes, nothing to learn from, or fewer than `smallest` videos of a class.
    """
    learn = count_per_class(e for e in examples if e.split != CHECK)
    check = count_per_class(e for e in examples if e.split == CHECK)
    classes = sorted(learn.keys() | check.keys())
    if len(classes) < 2:
        raise TooFewError(
            "There are corrections for fewer than two classes, so there is nothing to tell apart: "
            "correct videos of at least two classes."
        )
    short = [f"{names[c]} ({learn[c]})" for c in classes if learn[c] < smallest]
    if short:
        raise TooFewError(
            f"Too few videos to learn from: {some(short)}. Correct more videos of these classes, "
            f"at least {smallest} each beside those kept for checking."
        )
    notes: list[str] = []
    groups = _groups_per_class(examples)
    lone = [names[c] for c in classes if groups[c] == 1]
    if lone:
        notes.append(
            f"All videos of these classes show the same thing, so whether the model learned them "
            f"cannot be checked: {some(lone)}. Add videos of other persons or places."
        )
    unchecked = [names[c] for c in classes if not check[c] and groups[c] > 1]
    if unchecked:
        notes.append(
            f"None of the videos kept for checking shows: {some(unchecked)}. "
            "More corrections will change that."
        )
    return tuple(notes)


def _groups_per_class(examples: Sequence[Example]) -> dict[int, int]:
    groups: defaultdict[int, set[str]] = defaultdict(set)
    for example in examples:
        groups[example.label].add(example.group or _name(example))
    return {label: len(names) for label, names in groups.items()}


def _keys(example: Example) -> list[tuple[str, str]]:
    keys = [("path", str(example.path))]
    if example.group:
        keys.append(("group", example.group))
    if example.sha256:
        keys.append(("sha256", example.sha256))
    return keys


def _name(example: Example) -> str:
    return example.group or example.sha256 or example.path.name


def _near(embeddings: NDArray[np.float32] | None, alike: float) -> list[tuple[int, int]]:
    if embeddings is None or not len(embeddings):
        return []
    unit = embeddings / np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-12)
    rows, columns = np.nonzero(np.triu(unit @ unit.T >= alike, k=1))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _root(first: list[int], row: int) -> int:
    while first[row] != row:
        row = first[row]
    return row


def _join(first: list[int], a: int, b: int) -> None:
    a, b = _root(first, a), _root(first, b)
    first[max(a, b)] = min(a, b)
