"""An answer comes back from the database as it went in, also one from before there were doubts."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from model.inference import packing
from model.inference.certainty import doubt, step_of
from model.inference.prediction import Prediction
from model.weights.spec import Calibration
from tests.model.inference.answers import answer_of

MEASURED = Calibration(
    1.34,
    least_probability=0.48,
    least_energy=16.0,
    sure_right=0.9,
    likely_probability=0.4,
    likely_energy=1.0,
    likely_right=0.7,
    guess_right=0.3,
)


def kept(answer: Prediction, *, forget: str = "") -> Prediction:
    details = json.loads(json.dumps(packing.details_of(answer)))
    details.pop(forget, None)
    return packing.unpack(
        version=answer.version,
        scores=answer.top,
        details=details,
        arrays=packing.arrays_of(answer),
    )


@pytest.mark.parametrize(
    ("calibration", "step"),
    [
        (None, "guess"),
        (MEASURED, "likely"),  # its energy is too low to be sure
        (replace(MEASURED, least_energy=1.0), "sure"),
        (MEASURED.of_other_weights(), "guess"),
    ],
)
def test_a_stored_answer_is_as_sure_as_it_was(calibration: Calibration | None, step: str) -> None:
    strong = np.zeros((5, 8))
    strong[0] = 9.0
    answer = replace(answer_of(strong), calibration=calibration, taught_from=7)
    found = kept(answer)
    assert (found.calibration, found.taught_from) == (calibration, 7)
    assert (doubt(found), step_of(found)) == (doubt(answer), step)


def test_features_come_back_in_half_the_digits() -> None:
    answer = replace(answer_of(np.zeros((5, 8))), features=np.array([0.25, 3.14], np.float32))
    np.testing.assert_allclose(kept(answer).features, answer.features, rtol=1e-3)
    assert kept(answer_of(np.zeros((5, 8)))).features.shape == (0,)


def test_an_answer_from_before_there_were_calibrations() -> None:
    answer = answer_of(np.zeros((5, 8)))
    assert kept(answer, forget="calibration").calibration is None
