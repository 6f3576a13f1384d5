"""What shows the same thing stays on one side, for ever."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.learning.examples import Example
from model.learning.split import CHECK, TRAIN, divided, grouped, side_of


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
def test_no_group_is_on_both_sides_and_more_videos_move_none_to_checking(
    drawn: list[tuple[int, int]],
) -> None:
    examples = [video(n, group=f"g{g}" if g else "") for n, g in drawn]
    all_of_them = divided(grouped(examples))
    sides: dict[str, set[str]] = {}
    for example in all_of_them:
        sides.setdefault(example.group, set()).add(example.split)
        sides.setdefault(example.sha256, set()).add(example.split)
    assert all(len(found) == 1 for found in sides.values())
    before = divided(grouped(examples[: len(drawn) // 2]))
    for early, late in zip(before, all_of_them, strict=False):
        assert (early.split, late.split) != (TRAIN, CHECK)


def by_side(side: str, count: int) -> list[Example]:
    """Videos that would be on this side on their own."""
    return [v for v in map(video, range(200)) if side_of(v.sha256) == side][:count]


def test_a_group_is_for_checking_only_if_all_of_it_would_be() -> None:
    mixed = [replace(v, group="g") for v in (*by_side(CHECK, 2), *by_side(TRAIN, 1))]
    assert {e.split for e in divided(mixed)} == {TRAIN}
    assert {e.split for e in divided(mixed[:2])} == {CHECK}


def test_what_was_learned_from_is_never_checked_on() -> None:
    """Also when the video that it was learned with is gone; the control has forgotten it."""
    (check,) = by_side(CHECK, 1)
    assert [e.split for e in divided([replace(check, split=TRAIN)])] == [TRAIN]
    assert [e.split for e in divided([replace(check, split=CHECK)])] == [CHECK]
    assert [e.split for e in divided([check])] == [CHECK]


def test_about_a_fifth_is_kept_for_checking() -> None:
    sides = [side_of(f"group {n}") for n in range(5000)]
    assert 0.17 < sides.count(CHECK) / 5000 < 0.23
    assert side_of("x", share=0) == TRAIN
    assert side_of("x", share=1) == CHECK


def test_a_group_named_after_content_follows_that_hash() -> None:
    assert side_of("00" + "f" * 62) == CHECK
    assert side_of("ff" + "0" * 62) == TRAIN
