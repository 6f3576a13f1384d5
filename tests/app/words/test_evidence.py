"""Where the evidence was and which moments decided, in words."""

from __future__ import annotations

import numpy as np

from app.words.evidence import where_evidence_was, where_it_led, why_it_won
from model.evidence.pair import Pair, pair
from model.inference.prediction import Span
from tests.model.inference.answers import answer_of


def compared(curves: np.ndarray, a: int = 0, b: int = 1) -> Pair:
    found = pair(answer_of(curves, step_s=0.8), a, b)
    assert found is not None
    return found


def decisive() -> np.ndarray:
    """[2, 10]: the first class leads at steps 3 and 4, the second at step 8."""
    curves = np.zeros((2, 10))
    curves[0, 3:5] = 12.0
    curves[0, 8] = -4.0
    return curves


def test_the_moments_that_decided_are_named() -> None:
    words = "A won over B mainly because of 2.4 to 4.0 s. Some other moments spoke for B."
    assert why_it_won(compared(decisive()), "A", "B") == words
    assert why_it_won(compared(decisive(), 1, 0), "B", "A") == words


def test_moments_after_a_minute_read_as_the_player_shows_them() -> None:
    late = compared(np.pad(decisive(), ((0, 0), (90, 0))))
    assert "1:14.4 to 1:16.0 s" in why_it_won(late, "A", "B")


def test_an_even_lead_names_no_moment() -> None:
    even = compared(np.array([[3.0] * 8, [1.0] * 8]))
    assert why_it_won(even, "A", "B") == "A won over B evenly: no single moment decided."


def test_where_the_evidence_was() -> None:
    spans = (Span(1.0, 2.0), Span(3.2, 3.21))
    assert where_evidence_was("yoga", spans, any_at_all=True) == (
        "Evidence for yoga is mostly between 1.0 and 2.0\u00a0s and around 3.2\u00a0s."
    )
    assert where_it_led("yoga", spans[:1], any_at_all=True) == (
        "What speaks for yoga rather than the other guesses is mostly between 1.0 and 2.0\u00a0s."
    )
    for words in (where_evidence_was, where_it_led):
        assert "no single moment decides" in words("yoga", (), any_at_all=True)
        assert "o moment" in words("yoga", (), any_at_all=False)
