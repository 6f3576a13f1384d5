"""When an answer is no answer, and what calibration may change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.inference.certainty import calibrated, doubt, energy
from model.inference.prediction import Prediction, Score
from model.inference.timeline import average_views, softmax
from model.weights.spec import Calibration
from tests.model.inference.answers import answer_of

MEASURED = Calibration(temperature=1.5, least_probability=0.5, least_energy=10.0, sure_right=0.93)

logits = arrays(np.float64, (3, 9), elements=st.floats(-40, 40))
temperatures = st.floats(0.05, 20)


def at(temperature: float) -> Calibration:
    return replace(MEASURED, temperature=temperature)


def said(*probabilities: float, calibration: Calibration | None = None) -> Prediction:
    """An answer with these probabilities and an energy of 12."""
    top = tuple(Score(n, f"class {n}", p, 0.0) for n, p in enumerate(probabilities))
    answer = answer_of(np.zeros((2, 8)))
    strong = np.array([12.0, -30.0, -30.0], dtype=np.float32)
    return replace(answer, top=top, logits=strong, calibration=calibration)


@given(logits, temperatures)
def test_calibration_never_changes_the_order(views: np.ndarray, temperature: float) -> None:
    _, averaged = average_views(views, "prob")
    found = calibrated(averaged, at(temperature))
    assert found.sum() == pytest.approx(1.0, abs=1e-5)
    order = np.argsort(-averaged, kind="stable")
    assert (np.diff(found[order]) <= 0).all()


@given(logits)
def test_temperature_one_and_no_calibration_change_nothing(views: np.ndarray) -> None:
    _, averaged = average_views(views, "prob")
    for calibration in (None, at(1.0)):
        np.testing.assert_array_equal(calibrated(averaged, calibration), averaged)


@given(arrays(np.float64, (1, 9), elements=st.floats(-15, 15)), temperatures)
def test_of_one_look_it_is_temperature_scaling(view: np.ndarray, temperature: float) -> None:
    _, averaged = average_views(view, "prob")
    wanted = softmax(view[0] / temperature)
    np.testing.assert_allclose(calibrated(averaged, at(temperature)), wanted, rtol=2e-3, atol=2e-3)


def test_higher_temperatures_are_more_modest() -> None:
    probabilities = np.array([0.7, 0.2, 0.1])
    first = [calibrated(probabilities, at(t))[0] for t in (0.5, 1.0, 2.0, 100.0)]
    assert first == sorted(first, reverse=True)
    assert first[-1] == pytest.approx(1 / 3, abs=0.01)


def test_a_probability_of_nothing_stays_harmless() -> None:
    assert np.isfinite(calibrated(np.array([1.0, 0.0]), at(2.0))).all()


def test_energy_is_the_logarithm_of_the_sum() -> None:
    assert energy(np.zeros(400, dtype=np.float32)) == pytest.approx(np.log(400))
    assert energy(np.array([900.0, 0.0])) == pytest.approx(900.0)


@pytest.mark.parametrize("calibration", [None, MEASURED.of_other_weights()])
@pytest.mark.parametrize("probabilities", [(0.19, 0.01), (0.41, 0.37), (1.0, 0.0), (1.0,)])
def test_a_model_that_nobody_measured_is_never_sure(
    probabilities: tuple[float, ...], calibration: Calibration | None
) -> None:
    found = doubt(said(*probabilities, calibration=calibration))
    assert found is not None
    assert found.reason == "unmeasured"


@pytest.mark.parametrize(
    ("probabilities", "calibration", "reason"),
    [
        ((0.49, 0.1), MEASURED, "weak"),
        ((0.52, 0.48), MEASURED, "close"),
        ((0.9, 0.1), replace(MEASURED, least_energy=13.0), "unfamiliar"),
        ((0.51, 0.1), MEASURED, None),
    ],
)
def test_a_calibrated_model(
    probabilities: tuple[float, ...], calibration: Calibration, reason: str | None
) -> None:
    found = doubt(said(*probabilities, calibration=calibration))
    assert (found and found.reason) == reason
    if found is not None:
        assert found.measured < found.threshold
