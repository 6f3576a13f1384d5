"""Decides which videos are kept out for checking, so that nothing is checked on what it learned.

Videos that show the same thing form a group, and a group goes to one side as a whole. The side
comes from a hash, never from chance: the same corrections always give the same sides. Nothing moves
from learning to checking, neither by more corrections nor by fewer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.learning.examples import Example

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


def divided(examples: Sequence[Example]) -> tuple[Example, ...]:
    """The same examples, grouped before, with `split` filled in.

    A group is kept for checking only if each of its videos would be, and none has been learned from
    by an earlier version (`split` is `train` already). So what looks alike never robs a label of
    its last videos to learn from. Examples without a group count as a group of their own.
    """
    learned = {_name(e) for e in examples if TRAIN in (e.split, side_of(e.sha256 or _name(e)))}
    return tuple(replace(e, split=TRAIN if _name(e) in learned else CHECK) for e in examples)


def side_of(name: str, *, share: float = CHECK_SHARE) -> Side:
    """The side of a video on its own, from eight hexadecimal digits of a hash.

    A SHA-256 is taken as it is; of any other name, the SHA-256 is taken.
    """
    digits = name if SHA256.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()
    return CHECK if int(digits[:8], 16) < share * 16**8 else TRAIN


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
