"""What a check showed, in words that say neither more nor less than was measured."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from app.components.check import check_value
from app.components.check_words import holds, looks, moments, objections, told
from model.evidence.checking import Check, Examination
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
    said = told(answer, found(after, others)).replace("\u00a0", " ")
    assert said.startswith("With the moments that matter most frozen, ant goes from 80 %")
    assert says in said
    assert holds(found(after, others).check) == holding


def test_the_other_looks() -> None:
    said = looks(found(0.2, 0.7, mirrored=0.91, shifted=0.2, still=1.4))
    assert "keeps its shape (likeness 0.91" in said[0]
    assert "changes its shape (likeness 0.20" in said[1]
    assert "keeps over 99\u00a0%" in said[2]
    assert "flat" in looks(found(0.2, 0.7, mirrored=nan))[0]
    assert "no probability" in looks(found(0.2, 0.7, still=nan))[2]


def test_the_moments_are_named() -> None:
    said = moments(found(0.2, 0.7)).replace("\u00a0", " ")
    assert said.endswith("between 1.0 and 2.0 s and between 3.2 and 4.8 s.")


def test_objections_do_not_repeat_the_sentence(answer: Prediction) -> None:
    assert objections(answer, found(0.2, 0.7)) == objections(answer, found(0.2, 0.2))
    unstable = objections(answer, found(0.2, 0.7, mirrored=0.1))
    assert any("mirrored" in text for text in unstable)


def test_the_panel_offers_or_shows(answer: Prediction) -> None:
    asked = check_value(answer, None, methods="/methods")
    assert asked["ask"]
    assert asked["result"] is None
    nothing = check_value(answer, None, methods="/methods", can_check=False)
    assert "nothing to check" in nothing["ask"]
    assert nothing["methods"] is None
    shown = check_value(answer, found(0.2, 0.75), methods="/methods")
    assert shown["ask"] is None
    assert [bar["after"] for bar in shown["result"]["bars"]] == [0.2, 0.75]
    assert shown["result"]["bars"][1]["text"] == "80\u00a0% before, 75\u00a0% after"
