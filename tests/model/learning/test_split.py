"""What shows the same thing stays on one side, for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.learning.errors import TooFewError
from model.learning.examples import Example
from model.learning.split import CHECK, TRAIN, check_enough, divided, grouped, side_of

NAMES = ("a", "b", "c")


def video(number: int, label: int = 0, **more: Any) -> Example:
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    return Example(Path(f"{number}.mp4"), label, **{"sha256": digest, **more})


def test_the_same_content_person_or_likeness_is_one_group() -> None:
    copy = Example(Path("copy.mp4"), 0, sha256=video(1).sha256)
    examples = [video(0, group="ann"), video(1), copy, video(3, group="ann"), video(4), video(5)]
    embeddings = np.eye(6, 8, dtype=np.float32)
    embeddings[5] = embeddings[4] * 3 + 0.1 * embeddings[0]  # a near-duplicate of the fifth
    found = [e.group for e in grouped(examples, embeddings=embeddings)]
    assert found[0] == found[3] == "ann"
    assert found[1] == found[2]
    assert found[4] == found[5]
    assert len(set(found)) == 3


def test_without_likeness_near_duplicates_would_be_missed() -> None:
    assert len({e.group for e in grouped([video(4), video(5)])}) == 2


def test_likeness_is_followed_through_a_chain() -> None:
    examples = [video(0), video(1, group="x"), video(2, group="x"), video(3)]
    embeddings = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]], np.float32)
    assert len({e.group for e in grouped(examples, embeddings=embeddings)}) == 1


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), min_size=1, max_size=40))
def test_no_group_is_on_both_sides_and_more_videos_move_none(
    drawn: list[tuple[int, int]],
) -> None:
    examples = [video(n, group=f"g{g}" if g else "") for n, g in drawn]
    all_of_them = divided(grouped(examples))
    sides: dict[str, set[str]] = {}
    for example in all_of_them:
        sides.setdefault(example.group, set()).add(example.split)
        sides.setdefault(example.sha256, set()).add(example.split)
    assert all(len(found) == 1 for found in sides.values())
    alone = divided([video(n) for n, _ in drawn])
    assert divided([video(n) for n, _ in drawn[: len(drawn) // 2]]) == alone[: len(drawn) // 2]


def test_about_a_fifth_is_kept_for_checking() -> None:
    sides = [side_of(f"group {n}") for n in range(5000)]
    assert 0.17 < sides.count(CHECK) / 5000 < 0.23
    assert side_of("x", share=0) == TRAIN
    assert side_of("x", share=1) == CHECK


def test_a_group_named_after_content_follows_that_hash() -> None:
    assert side_of("00" + "f" * 62) == CHECK
    assert side_of("ff" + "0" * 62) == TRAIN


def put(label: int, split: str, group: str) -> Example:
    return Example(Path(f"{label}{split}{group}.mp4"), label, split=split, group=group)


def test_enough_says_nothing() -> None:
    examples = [put(c, s, s + str(c)) for c in (0, 1) for s in (TRAIN, CHECK)]
    assert check_enough(examples, NAMES) == ()


def test_one_class_is_too_few() -> None:
    with pytest.raises(TooFewError, match="fewer than two classes"):
        check_enough([put(0, TRAIN, "a"), put(0, CHECK, "b")], NAMES)


def test_a_class_with_nothing_to_learn_from_is_named() -> None:
    examples = [put(0, TRAIN, "a"), put(0, CHECK, "b"), put(1, CHECK, "c")]
    with pytest.raises(TooFewError, match=r"b \(0\)"):
        check_enough(examples, NAMES)
    with pytest.raises(TooFewError, match=r"a \(1\), c \(1\)"):
        check_enough([put(0, TRAIN, "a"), put(2, TRAIN, "d")], NAMES, smallest=2)


def test_what_cannot_be_checked_is_said() -> None:
    examples = [
        put(0, TRAIN, "a"), put(0, TRAIN, "a2"), put(1, TRAIN, "b"), put(2, TRAIN, "c"),
        put(2, CHECK, "d"),
    ]  # fmt: skip
    lone, unchecked = check_enough(examples, NAMES)
    assert "same thing" in lone
    assert ": b." in lone
    assert "None of the videos kept for checking shows: a." in unchecked
