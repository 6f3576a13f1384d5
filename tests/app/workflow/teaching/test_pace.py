"""How long a teaching will take: foreseen from what was measured, on a clock of the test's own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workflow.teaching.pace import UNIT_S, Forecast, Phase

PLAN: Mapping[Phase, int] = {"looking": 30, "fitting": 15, "training": 0, "checking": 8}


class Run:
    """A teaching whose units take known seconds."""

    def __init__(self, seconds: Mapping[Phase, float], loading_s: float = 0.0) -> None:
        self.now = 0.0
        self.seconds = seconds
        self.loading_s = loading_s
        self.forecast = Forecast(clock=lambda: self.now)
        for phase, whole in PLAN.items():
            self.forecast.expect(phase, whole)
        self.total = sum(seconds[p] * n + (loading_s if n else 0.0) for p, n in PLAN.items())

    def steps(self) -> list[tuple[float, float | None, float]]:
        """After every unit: seconds over, seconds foreseen, share."""
        told = []
        for phase, whole in PLAN.items():
            for done in range(1, whole + 1):
                self.now += self.seconds[phase] + (self.loading_s if done == 1 else 0.0)
                self.forecast.tell(phase, done, whole)
                told.append((self.now, self.forecast.left_s, self.forecast.share))
        return told


def test_nothing_is_said_before_anything_was_measured() -> None:
    run = Run(UNIT_S)
    assert run.forecast.left_s is None
    run.now += 100.0  # loading says nothing of the videos' speed
    run.forecast.tell("looking", 1, 30)
    assert run.forecast.left_s is None


@pytest.mark.parametrize("slowness", [0.2, 1.0, 7.0])
def test_on_any_machine_of_even_speed_it_is_right_from_the_start(slowness: float) -> None:
    run = Run({phase: slowness * seconds for phase, seconds in UNIT_S.items()})
    told = [(over, left) for over, left, _ in run.steps() if left is not None]
    assert told[0][0] < 0.4 * run.total
    for over, left in told:
        assert left == pytest.approx(run.total - over, abs=0.02 * run.total + 1e-6)


def test_other_proportions_are_found_out() -> None:
    """Checking takes four times as long as foreseen: known as soon as three answers are there."""
    run = Run({**UNIT_S, "checking": 4 * UNIT_S["checking"]})
    told = run.steps()
    over, left, _ = told[-5]
    assert left == pytest.approx(run.total - over, rel=0.25)


def test_a_teaching_that_was_measured_before_is_foreseen_in_its_proportions() -> None:
    seconds: dict[Phase, float] = {
        "looking": 3.0,
        "fitting": 0.01,
        "training": 1.0,
        "checking": 9.0,
    }
    first = Run(seconds)
    first.steps()
    usual = first.forecast.measured()
    assert usual == pytest.approx({phase: s for phase, s in seconds.items() if PLAN[phase]})
    second = Run(seconds)
    second.forecast.usual = usual
    over, left, _ = next(step for step in second.steps() if step[1] is not None)
    assert left == pytest.approx(second.total - over, rel=0.05)


def test_what_was_said_does_not_jump_about() -> None:
    run = Run(UNIT_S)
    ends = []
    for number in range(1, 31):
        run.now += 1.0 + (0.15 if number % 2 else -0.15)
        run.forecast.tell("looking", number, 30)
        if run.forecast.left_s is not None:
            ends.append(round(run.now + run.forecast.left_s, 6))
    assert len(set(ends)) == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["looking", "fitting", "training", "checking"]),
            st.integers(0, 40),
            st.floats(0, 30),
        ),
        max_size=40,
    )
)
def test_the_share_never_falls_whatever_happens(told: list[tuple[Phase, int, float]]) -> None:
    run = Run(UNIT_S)
    before = 0.0
    for phase, done, seconds in told:
        run.now += seconds
        run.forecast.tell(phase, done, 40)
        share, left = run.forecast.share, run.forecast.left_s
        assert before <= share <= 1.0
        assert left is None or left >= 0.0
        before = share
