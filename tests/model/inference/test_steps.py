"""How an answer is given (`certainty.step_of`): in three steps, each of which was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.inference.certainty import step_of
from model.weights.spec import Calibration
from tests.model.inference.steps import MEASURED, said

UNMEASURED = MEASURED.of_other_weights()


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        (MEASURED, "sure"),
        (replace(MEASURED, least_energy=13.0), "likely"),  # saw little of what it knows
        (replace(MEASURED, least_energy=13.0, likely_energy=13.0), "guess"),
        (replace(MEASURED, least_energy=13.0, likely_probability=None), "guess"),
        (UNMEASURED, "guess"),
        (None, "guess"),
    ],
)
def test_energy_and_measurement_decide_beside_the_probability(
    changed: Calibration | None, step: str
) -> None:
    assert step_of(said(0.9, 0.05, calibration=changed)) == step


def test_two_classes_alike_are_only_a_guess() -> None:
    low = replace(MEASURED, least_probability=0.4, likely_probability=0.4)
    assert step_of(said(0.52, 0.48, calibration=low)) == "guess"
    assert step_of(said(0.52, 0.40, calibration=low)) == "sure"
