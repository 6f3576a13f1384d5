"""Answers with chosen probabilities and an energy of 12."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.inference.prediction import Prediction, Score
from model.weights.spec import Calibration
from tests.model.inference.answers import answer_of

MEASURED = Calibration(
    temperature=1.0,
    least_probability=0.86,
    least_energy=10.0,
    sure_right=0.94,
    likely_probability=0.5,
    likely_energy=8.0,
    likely_right=0.79,
    guess_right=0.41,
)


def said(*probabilities: float, calibration: Calibration | None = MEASURED) -> Prediction:
    """An answer with these probabilities and an energy of 12."""
    top = tuple(Score(i, f"class {i}", p, 0.0) for i, p in enumerate(probabilities))
    strong = np.array([12.0, -30.0, -30.0], dtype=np.float32)
    answer = answer_of(np.zeros((2, 8)))
    return replace(answer, top=top, logits=strong, calibration=calibration)
