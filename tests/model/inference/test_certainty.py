"""When an answer is no answer."""

from __future__ import annotations

import pytest

from model.inference.certainty import undecided
from model.inference.prediction import Score


def scores(*probabilities: float) -> list[Score]:
    return [Score(n, f"class {n}", p, 0.0) for n, p in enumerate(probabilities)]


@pytest.mark.parametrize(
    ("probabilities", "sentence"),
    [
        ((0.19, 0.01), "The model is undecided: it gives 19 % to its best guess, class 0."),
        ((0.41, 0.37), "The model is undecided between class 0 (41 %) and class 1 (37 %)."),
        ((0.41, 0.30), None),
        ((0.21,), None),
        ((1.0, 0.0), None),
    ],
)
def test_an_undecided_model_says_so(probabilities: tuple[float, ...], sentence: str | None) -> None:
    assert undecided(scores(*probabilities)) == sentence
