"""What a check showed, in words that say neither more nor less than was measured."""

from __future__ import annotations

from math import nan
from typing import get_args

import numpy as np
import pytest

from app.words.checks import (
    freezing,
    frozen_moments,
    objection,
    objections,
    other_looks,
    what_happened,
)
from model.evidence.freeze_check import Check, Examination
from model.evidence.trust import Code, Detail, Finding
from model.inference.prediction import Prediction, Span
from tests.model.inference.answers import answer_of

FROZEN = (Span(1.0, 2.0), Span(3.2, 4.84))


def found(
    after: float,
    others: float,
    *,
    mirrored: float = 0.9,
    shifted: float = 0.8,
    still: float = 0.3,
) -> Examination:
    check = Check(0, FROZEN, 0.8, after, others)
    return Examination(mirrored=mirrored, shifted=shifted, noise=0.1, still=still, check=check)


@pytest.fixture(scope="module")
def answer() -> Prediction:
    """Sure of an ant, from the first moments on."""
    curves = np.array([[9.0, 8.0, 5.0, 4.0, 3.0, 3.0], [1.0, 1.0, 2.0, 1.0, 1.0, 2.0]])
    return answer_of(curves)


@pytest.mark.parametrize(
    ("after", "others", "says", "holding"),
    [
        (0.2, 0.75, "to 20 %; with as many others frozen, to 75 %. So these moments do", True),
        (0.2, 0.1, "matter no more than others: do not rely on the curve", False),
        (0.2, 0.21, "matter no more than others: do not rely on the curve", False),
        (0.8, 0.9, "the answer does not need these moments", False),
        (0.0, 0.9, "goes from 80 % to under 1 %", True),
    ],
)
def test_the_sentence_is_what_happened(
    answer: Prediction, after: float, others: float, says: str, holding: bool
) -> None:
    said = what_happened(answer, found(after, others)).replace("\u00a0", " ")
    assert said.startswith("With the moments that matter most frozen, ant goes from 80 %")
    assert says in said
    assert found(after, others).check.holds == holding


def test_the_other_looks() -> None:
    said = other_looks(found(0.2, 0.7, mirrored=0.91, shifted=0.2, still=1.4))
    assert "keeps its shape (likeness 0.91" in said[0]
    assert "changes its shape (likeness 0.20" in said[1]
    assert "keeps over 99\u00a0%" in said[2]
    assert "flat" in other_looks(found(0.2, 0.7, mirrored=nan))[0]
    assert "no probability" in other_looks(found(0.2, 0.7, still=nan))[2]


def test_the_moments_are_named() -> None:
    said = frozen_moments(found(0.2, 0.7)).replace("\u00a0", " ")
    assert said.endswith("between 1.0 and 2.0 s and between 3.2 and 4.8 s.")


def test_objections_do_not_repeat_the_sentence(answer: Prediction) -> None:
    assert objections(answer, found(0.2, 0.7)) == objections(answer, found(0.2, 0.2))
    unstable = objections(answer, found(0.2, 0.7, mirrored=0.1))
    assert any("mirrored" in text for text in unstable)


def test_freezing_in_one_sentence() -> None:
    assert freezing(Check(0, FROZEN, 0.9, 0.2, 0.85), "red") == (
        "With these moments frozen, red goes from 90\u00a0% to 20\u00a0%; with as many others"
        " frozen, to 85\u00a0%: these moments matter more than others."
    )
    assert "matter no more than others" in freezing(Check(0, FROZEN, 0.9, 0.9, 0.85), "red")


@pytest.mark.parametrize("code", get_args(Code))
@pytest.mark.parametrize("detail", get_args(Detail))
def test_every_objection_is_a_sentence(answer: Prediction, code: Code, detail: Detail) -> None:
    said = objection(Finding(code, 5, 8, detail), answer, found(0.2, 0.1))
    assert said[0].isupper()
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("code", "details"), [("even", ("", "noise")), ("unstable", ("mirrored", "shifted"))]
)
def test_two_causes_of_one_code_are_told_apart(
    answer: Prediction, code: Code, details: tuple[Detail, Detail]
) -> None:
    assert len({objection(Finding(code, 0, 0, one), answer) for one in details}) == 2
