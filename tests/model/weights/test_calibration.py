"""What a checkpoint says about its certainty comes back as it was, or is refused."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.weights import checkpoint, spec_json
from model.weights.catalogue import default_path
from model.weights.spec import Calibration, ModelSpec
from tests.model.weights.tiny import TINY, lively_state

GOOD = Calibration(temperature=1.2, least_probability=0.5, least_energy=12.5, sure_right=0.93)

calibrations = st.builds(
    Calibration,
    temperature=st.floats(0.01, 100),
    least_probability=st.floats(0, 1),
    least_energy=st.floats(-1e6, 1e6),
    sure_right=st.none() | st.floats(0, 1),
    likely_probability=st.none() | st.floats(0, 1),
    likely_energy=st.none() | st.floats(-1e6, 1e6),
    likely_right=st.none() | st.floats(0, 1),
    guess_right=st.none() | st.floats(0, 1),
)


def as_read(spec: ModelSpec) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(json.dumps(spec_json.to_fields(spec)))
    return fields


@given(st.none() | calibrations)
def test_comes_back_from_json(calibration: Calibration | None) -> None:
    spec = replace(TINY, calibration=calibration)
    assert spec_json.from_fields(as_read(spec)) == spec


def test_comes_back_from_a_file_and_changes_no_weight(tmp_path: Path) -> None:
    state = lively_state(TINY)
    plain, measured = tmp_path / "plain.safetensors", tmp_path / "measured.safetensors"
    first = checkpoint.save(plain, TINY, state)
    second = checkpoint.save(measured, replace(TINY, calibration=GOOD), state)
    assert checkpoint.load(measured).spec.calibration == GOOD
    assert first != second  # what is shown differs, so it is another version
    before, after = checkpoint.read(plain)[1], checkpoint.read(measured)[1]
    assert all(before[name].equal(after[name]) for name in before)


def test_a_file_from_before_there_were_calibrations_has_none() -> None:
    fields = as_read(TINY)
    del fields["calibration"]
    assert spec_json.from_fields(fields).calibration is None


def test_a_file_from_before_there_were_three_steps_has_two() -> None:
    old = {name: asdict(GOOD)[name] for name in list(asdict(GOOD))[:4]}
    assert spec_json.calibration_from(old) == GOOD
    assert spec_json.from_fields({**as_read(TINY), "calibration": old}).taught_from == 0


def test_what_was_made_from_it_was_not_measured() -> None:
    steps = replace(GOOD, likely_probability=0.5, likely_right=0.8, guess_right=0.4)
    other = steps.of_other_weights()
    assert (other.sure_right, other.likely_right, other.guess_right) == (None, None, None)
    assert replace(other, sure_right=0.93, likely_right=0.8, guess_right=0.4) == steps


@pytest.mark.parametrize("bad", [-1, 1.5, True, "20", None])
def test_a_wrong_number_of_lessons_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="taught_from"):
        spec_json.from_fields({**as_read(TINY), "taught_from": bad})


@pytest.mark.parametrize(
    "bad",
    [
        [],
        {},
        {"temperature": 1.0},
        {**asdict(GOOD), "temperature": 0.0},
        {**asdict(GOOD), "temperature": float("nan")},
        {**asdict(GOOD), "least_probability": 1.01},
        {**asdict(GOOD), "least_energy": "high"},
        {**asdict(GOOD), "sure_right": True},
        {**asdict(GOOD), "likely_right": 1.5},
        {**asdict(GOOD), "likely_energy": "high"},
        {**asdict(GOOD), "unheard_of": 1.0},
    ],
)
def test_anything_else_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="calibration"):
        spec_json.from_fields({**as_read(TINY), "calibration": bad})


def test_the_default_was_calibrated() -> None:
    found = checkpoint.read_spec(default_path()).calibration
    assert found is not None
    assert found.least_probability > 0.2
    assert found.sure_right is not None
    assert found.sure_right >= 0.9
