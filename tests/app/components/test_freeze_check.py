"""The panel that offers a check, or shows what it found."""

from __future__ import annotations

import numpy as np

from app.components.freeze_check import check_value
from model.evidence.freeze_check import Check, Examination
from model.inference.prediction import Span
from tests.model.inference.answers import answer_of

FOUND = Examination(0.9, 0.8, 0.1, 0.3, Check(0, (Span(1.0, 2.0),), 0.8, 0.2, 0.75))


def test_the_panel_offers_or_shows() -> None:
    answer = answer_of(np.array([[9.0, 8.0, 3.0, 3.0], [1.0, 1.0, 2.0, 1.0]]))
    asked = check_value(answer, None, methods="/methods")
    assert asked["ask"]
    assert asked["result"] is None
    nothing = check_value(answer, None, methods="/methods", can_check=False)
    assert "nothing to check" in nothing["ask"]
    assert nothing["methods"] is None
    shown = check_value(answer, FOUND, methods="/methods")
    assert shown["ask"] is None
    assert [bar["after"] for bar in shown["result"]["bars"]] == [0.2, 0.75]
    assert shown["result"]["bars"][1]["text"] == "80\u00a0% before, 75\u00a0% after"
