"""What a comparison says in words; never that something is better when it may be chance."""

from __future__ import annotations

import numpy as np
import pytest

from app.workflow.teaching.compare import sentence
from model.learning.compare import compare


def answers(right: list[bool]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Probabilities of two classes: a video of class 0 that is right, then those of class 1."""
    return np.array([[0.9, 0.1], *([0.1, 0.9] if good else [0.9, 0.1] for good in right)])


@pytest.mark.parametrize(
    ("before", "after", "ends"),
    [
        ([True] * 12 + [False] * 3, [True] * 14 + [False], "may be chance."),
        ([True] * 12, [True] * 12, "nothing changed."),
        ([True, False], [False, True], "may be chance."),
        ([False] * 15, [True] * 15, "better, and chance alone would rarely do that."),
        ([True] * 15, [False] * 15, "worse, and chance alone would rarely do that."),
    ],
)
def test_the_sentence(before: list[bool], after: list[bool], ends: str) -> None:
    labels = np.array([0] + [1] * len(before), np.int64)
    said = sentence(compare(answers(before), answers(after), labels))
    assert said.endswith(ends)
    of = len(before) + 1
    assert said.startswith(f"{sum(before) + 1} of {of} right before, {sum(after) + 1} of {of} now")
