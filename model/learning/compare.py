"""Sets two versions' answers to the same videos side by side: what got fixed, what got broken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.learning.metrics import Interval, Metrics, measure, percentiles, resamples

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions on the same videos. `fixed` and `broken` are row numbers of those videos."""

    before: Metrics
    after: Metrics
    fixed: tuple[int, ...]
    broken: tuple[int, ...]
    difference: float  # of top-1, -1..1
    difference_interval: Interval
    p_value: float

    @property
    def means_something(self) -> bool:
        """Whether chance alone would rarely make such a difference."""
        return self.p_value < SIGNIFICANT


def compare(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    labels: NDArray[np.int64],
    *,
    groups: tuple[str, ...] = (),
) -> Comparison:
    """Compares probabilities [N, classes] of two versions; the later may have more classes.

    A class that a version does not have yet counts as probability 0 there.
    """
    classes = max(before.shape[1], after.shape[1])
    before, after = widened(before, classes), widened(after, classes)
    was = before.argmax(axis=1) == labels
    now = after.argmax(axis=1) == labels
    change = now.astype(np.float64) - was
    return Comparison(
        before=measure(before, labels, groups=groups),
        after=measure(after, labels, groups=groups),
        fixed=tuple(int(row) for row in np.flatnonzero(now & ~was)),
        broken=tuple(int(row) for row in np.flatnonzero(was & ~now)),
        difference=float(change.mean()),
        difference_interval=percentiles(
            [float(change[pick].mean()) for pick in resamples(groups, len(labels))]
        ),
        p_value=mcnemar(int((now & ~was).sum()), int((was & ~now).sum())),
    )


def mcnemar(fixed: int, broken: int) -> float:
    """The exact two-sided p-value of McNemar's test (1947): could the changes be coin tosses?"""
    from scipy.stats import binomtest  # noqa: PLC0415  # takes a second to import

    changed = fixed + broken
    return float(binomtest(fixed, changed, 0.5).pvalue) if changed else 1.0


def widened(probabilities: NDArray[np.float64], classes: int) -> NDArray[np.float64]:
    """[N, c] with columns of zeros up to [N, classes]."""
    return np.pad(probabilities, ((0, 0), (0, classes - probabilities.shape[1])))
