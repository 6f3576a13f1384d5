"""Sure, likely or a guess: chosen on one half of the sources, measured on the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.certainty.choosing import (
    LIKELY,
    REAL,
    Table,
    called_sure,
    choose,
    halves,
    temperature,
)
from benchmarks.certainty.measures import Floats, weights_of
from model.inference.certainty import Step
from model.weights.spec import Calibration

STEPS: tuple[Step, ...] = ("sure", "likely", "guess")
SHARED = ("known", "outside", "junk", "frozen")
TENTH = 0.1

Called = dict[Step, NDArray[np.bool_]]
Worth = dict[Step, dict[str, float]]
"""Of each step: `right`, the share of right ones among real videos, and what part is called so."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Probability and energy from which on an answer is sure, and likely."""

    sure: tuple[float, float]
    likely: tuple[float, float]


def choose_steps(
    data: Table, rows: NDArray[np.bool_], at: float, way: str, known: Calibration | None = None
) -> Limits | None:
    """Both pairs of thresholds, chosen on these rows; None if no promise can be kept.

    The first pair is that of `known`, if given. The second promise is of sure and likely answers
    together, so that the second pair is not stricter than the first.
    """
    if known is None:
        sure = choose(data, rows, at, way)
    else:
        sure = (known.least_probability, known.least_energy)
    likely = choose(data, rows, at, way, LIKELY)
    return None if sure is None or likely is None else Limits(sure, likely)


def steps_called(data: Table, at: float, way: str, limits: Limits) -> Called:
    """Which videos are called what."""
    sure = called_sure(data, at, way, limits.sure)
    likely = called_sure(data, at, way, limits.likely) & ~sure
    return {"sure": sure, "likely": likely, "guess": ~sure & ~likely}


def held_out(data: Table, way: str, draws: int, known: Calibration | None = None) -> Worth:
    """What each step is worth on halves of the sources that it was not chosen on.

    Right ones are summed over all halves, so that a half with few such answers counts less.
    """
    told: dict[Step, list[tuple[float, float]]] = {step: [] for step in STEPS}
    shares: dict[Step, list[list[float]]] = {step: [] for step in STEPS}
    for half in halves(data, draws):
        for chosen in (half, ~half):
            at = temperature(data, chosen) if known is None else known.temperature
            limits = choose_steps(data, chosen, at, way, known)
            if limits is None:
                continue
            for step, called in steps_called(data, at, way, limits).items():
                real = ~chosen & called & np.isin(data.part, REAL)
                right = data.weight[real & data.right].sum()
                told[step].append((data.weight[real].sum(), right))
                shares[step].append([_share(data, ~chosen, part, called) for part in SHARED])
    return {step: _worth(told[step], shares[step]) for step in STEPS}


def worst_tenth(values: Floats, groups: NDArray[np.str_]) -> float:
    """The value below which a tenth of the videos lie, each source counting alike."""
    order = np.argsort(values, kind="stable")
    weights = weights_of(groups.tolist())[order]
    place = np.searchsorted(np.cumsum(weights), TENTH * weights.sum())
    return float(values[order][place])


def held_out_share(values: Floats, groups: NDArray[np.str_], draws: int) -> float:
    """What share of the other half of the sources lies below the worst tenth of one half."""
    rng = np.random.default_rng(4)
    names, found = np.unique(groups), []
    for _ in range(draws):
        chosen = np.isin(groups, rng.permutation(names)[: len(names) // 2])
        limit = worst_tenth(values[chosen], groups[chosen])
        weights = weights_of(groups[~chosen].tolist())
        found.append(np.average(values[~chosen] < limit, weights=weights))
    return float(np.mean(found))


def _worth(told: list[tuple[float, float]], shares: list[list[float]]) -> dict[str, float]:
    many, right = np.sum(told, axis=0)
    means = np.mean(shares, axis=0)
    return {"right": float(right / many), **dict(zip(SHARED, map(float, means), strict=True))}


def _share(data: Table, rows: NDArray[np.bool_], part: str, called: NDArray[np.bool_]) -> float:
    wanted = rows & (data.part == part)
    total = data.weight[wanted].sum()
    return float(data.weight[wanted & called].sum() / total) if total else 0.0
