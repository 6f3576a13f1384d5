"""How long a teaching will still take: what is left to do, at the speed that was measured.

A teaching has phases of countable units. The speed of a phase is measured while it goes on. That of
one that has not begun is foreseen from an earlier teaching here, or from `UNIT_S`, and scaled by
how much slower or faster than foreseen the work has been so far. Until something is measured, no
time is said.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from model.learning.finetune_config import Phase as Learning

Phase = Literal["looking", "fitting", "training", "checking"]
"""`looking`: parts of videos. `fitting`: rounds. `training`: steps. `checking`: answers."""

UNIT_S: Mapping[Phase, float] = {"looking": 1.0, "fitting": 0.35, "training": 4.0, "checking": 2.2}
"""Guessed seconds of a unit, to begin with: not measured, and only their proportions matter."""

LEAST_UNITS, LEAST_S = 2, 3.0  # from which on a speed is believed
JUMP = 0.2  # of what was said; smaller changes of the estimate only confuse


@dataclass(slots=True)
class Stretch:
    """One phase: `done` of `whole` units; `timed` of them took `seconds`.

    The first unit of a phase also loads what the phase needs and is not timed, unless it is alone.
    """

    whole: int = 0
    done: int = 0
    timed: int = 0
    seconds: float = 0.0
    first_s: float = 0.0

    @property
    def left(self) -> int:
        """Units to do."""
        return max(self.whole - self.done, 0)

    @property
    def unit_s(self) -> float | None:
        """Seconds of a unit, None while too little was measured."""
        if self.timed >= LEAST_UNITS:
            return self.seconds / self.timed
        return None if self.left or not self.done else (self.first_s + self.seconds) / self.done


@dataclass(slots=True)
class Forecast:
    """The phases of one teaching; `usual` are a unit's seconds as they were measured before."""

    usual: Mapping[Phase, float] = field(default_factory=lambda: UNIT_S)
    clock: Callable[[], float] = time.monotonic
    phases: dict[Phase, Stretch] = field(
        default_factory=lambda: {phase: Stretch() for phase in get_args(Phase)}
    )
    _began: float = field(init=False)
    _last: float = field(init=False)
    _ends: float | None = field(default=None, init=False)
    _share: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._began = self._last = self.clock()

    def expect(self, phase: Phase, whole: int) -> None:
        """There will be so many units, as far as is known now."""
        self.phases[phase].whole = whole

    def tell(self, phase: Phase | Learning, done: int, whole: int) -> None:
        """So many units of a phase are done. What no unit was done in counts for none."""
        now, stretch = self.clock(), self.phases[phase]
        stretch.whole, new = whole, done - stretch.done
        if new > 0:
            if stretch.done == 0:
                stretch.first_s = now - self._last
            else:
                stretch.timed += new
                stretch.seconds += now - self._last
            stretch.done = done
        self._last = now
        self._foresee(now)

    @property
    def left_s(self) -> float | None:
        """About so many seconds are left; None while nobody can say."""
        return None if self._ends is None else max(self._ends - self.clock(), 0.0)

    @property
    def share(self) -> float:
        """How much of the time is over, 0..1; never falls."""
        now = self.clock() - self._began
        left = self.left_s
        share = self._by_units() if left is None else now / max(now + left, 1e-9)
        self._share = max(self._share, min(share, 1.0))
        return self._share

    def measured(self) -> dict[Phase, float]:
        """Seconds of a unit of every phase, for the next forecast."""
        found = {phase: stretch.unit_s for phase, stretch in self.phases.items()}
        return {phase: seconds for phase, seconds in found.items() if seconds is not None}

    def _foresee(self, now: float) -> None:
        """Sets when it ends. What was said stays until the estimate leaves it behind."""
        factor = self._slowness()
        if factor is None or now - self._began < LEAST_S:
            return
        left = sum(stretch.left * self._unit_s(phase, factor) for phase, stretch in self._all())
        said = None if self._ends is None else self._ends - now
        if said is None or abs(left - said) > JUMP * max(said, left):
            self._ends = now + left

    def _slowness(self) -> float | None:
        """How many times as long as usual units took; None while nothing was measured."""
        known = [(p, s) for p, s in self._all() if s.unit_s is not None]
        usual = sum(self.usual.get(p, UNIT_S[p]) * s.done for p, s in known)
        took = sum((s.unit_s or 0.0) * s.done for _, s in known)
        return took / usual if usual else None

    def _unit_s(self, phase: Phase, factor: float) -> float:
        own = self.phases[phase].unit_s
        return self.usual.get(phase, UNIT_S[phase]) * factor if own is None else own

    def _by_units(self) -> float:
        cost = {phase: self.usual.get(phase, UNIT_S[phase]) for phase, _ in self._all()}
        done = sum(cost[phase] * stretch.done for phase, stretch in self._all())
        whole = sum(cost[phase] * stretch.whole for phase, stretch in self._all())
        return done / whole if whole else 0.0

    def _all(self) -> list[tuple[Phase, Stretch]]:
        return list(self.phases.items())
