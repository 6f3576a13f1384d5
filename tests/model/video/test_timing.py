"""Times from timestamps that may be wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.video.timing import constant_rate_times, display_times, frame_step
from model.video.wire import NO_PTS

WIDE = st.integers(-(2**63), 2**63 - 1)


def times(ticks: list[int], *, tick_s: float = 0.001, rate: float = 25, gap: float = 600) -> Any:
    return display_times(np.array(ticks, np.int64), tick_s, rate, max_gap_s=gap)


@given(st.lists(st.integers(1, 10_000), max_size=60), st.integers(-(2**40), 2**40))
def test_good_times_pass_unchanged_but_for_the_start(steps: list[int], start: int) -> None:
    ticks = np.cumsum([start, *steps])
    seconds, repaired = display_times(ticks, 0.001, 25, max_gap_s=600)
    assert not repaired
    np.testing.assert_allclose(seconds, (ticks - start) * 0.001, rtol=0, atol=1e-9)


@given(st.lists(WIDE, min_size=1, max_size=60), st.sampled_from([1e-5, 0.001, 1.0, 0.0]))
def test_any_times_become_finite_and_ascending(ticks: list[int], tick_s: float) -> None:
    seconds, repaired = display_times(np.array(ticks, np.int64), tick_s, 0, max_gap_s=600)
    assert len(seconds) == len(ticks)
    assert seconds[0] == 0
    assert np.isfinite(seconds).all()
    steps = np.diff(seconds)
    assert (steps > 0).all()
    assert repaired or (steps <= 600).all()


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        ([NO_PTS] * 3, [0, 0.04, 0.08]),
        ([0, NO_PTS, 80, 120], [0, 0.04, 0.08, 0.12]),
        ([NO_PTS, 40, 80, 120], [0, 0.04, 0.08, 0.12]),
        ([0, 40, 80, NO_PTS], [0, 0.04, 0.08, 0.12]),
        ([0, 40, 40, 80], [0, 0.04, 0.06, 0.08]),
        ([40, 160, 120, 80], [0, 0.04, 0.08, 0.12]),
        ([0, 40, 80, 2**62, 2**62 + 40], [0, 0.04, 0.08, 0.12, None]),
        (
            [1000 + 40 * i for i in range(50)] + [40 * i for i in range(50)],
            [0.04 * i for i in range(100)],
        ),
    ],
    ids=["none", "hole", "no first", "no last", "double", "disorder", "wild", "joined"],
)
def test_faults_are_repaired(ticks: list[int], expected: list[float | None]) -> None:
    seconds, repaired = times(ticks)
    assert repaired
    for found, wanted in zip(seconds, expected, strict=True):
        if wanted is not None:
            assert found == pytest.approx(wanted, abs=1e-9)


def test_avi_numbers_in_the_wrong_order_become_even() -> None:
    ticks = np.array([1, 4, 3, 2, 5, 6], np.int64)
    even = constant_rate_times(ticks, 1 / 30, 30.0)
    assert even is not None
    np.testing.assert_allclose(even, np.arange(6) / 30)


def test_avi_with_dropped_frames_is_not_even() -> None:
    assert constant_rate_times(np.array([0, 1, 2, 30, 31]), 1 / 30, 30.0) is None
    assert constant_rate_times(np.array([NO_PTS]), 1 / 30, 30.0) is None
    assert constant_rate_times(np.array([0, 1]), 1 / 30, 0.0) is None


def test_the_usual_step_has_a_fallback() -> None:
    assert frame_step(np.array([0.0]), 50) == 0.02
    assert frame_step(np.array([0.0]), 0) == 0.04
    assert frame_step(np.array([0, 0.1, 0.2, 5]), 25) == pytest.approx(0.1)
