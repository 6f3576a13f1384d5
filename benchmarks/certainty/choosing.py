"""Which answers to call sure, and which likely: chosen on some sources, counted on the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.certainty.answers import Answers
from benchmarks.certainty.measures import (
    TEMPERATURES,
    Floats,
    at_temperature,
    fit,
    losses,
    weights_of,
)
from model.inference.certainty import energy

REAL = ("known", "outside")


@dataclass(frozen=True, slots=True)
class Promise:
    """Of the answers called so at least `right` right, of junk at most `junk` called so."""

    right: float
    junk: float


SURE = Promise(right=1.0, junk=0.02)
"""On what is chosen on. Stricter than what is wanted elsewhere (0.90 and 0.05): thresholds that are
just good enough for the videos they were chosen on are not for others (chosen for 0.90, 0.88 were
right)."""
LIKELY = Promise(right=0.80, junk=0.10)
"""Of sure and likely answers together. Elsewhere more than two of three likely ones shall be right:
"probably" said of what is as often wrong as right would mean nothing."""


PROBABILITIES = np.round(np.arange(0.30, 0.99, 0.02), 2)
MARGINS = np.round(np.arange(0.05, 0.98, 0.02), 2)
ENERGIES = np.round(np.arange(7.0, 26.0, 0.5), 1)
NONE = np.array([-np.inf])

Ways = Mapping[str, tuple[str, NDArray[np.float64], NDArray[np.float64]]]
WAYS: Ways = {
    "probability": ("probability", PROBABILITIES, NONE),
    "margin": ("margin", MARGINS, NONE),
    "energy": ("probability", NONE, ENERGIES),
    "probability and energy": ("probability", PROBABILITIES, ENERGIES),
    "margin and energy": ("margin", MARGINS, ENERGIES),
}
"""Name: the first value, its candidate thresholds, and those of the energy."""


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of every video, in parallel. `probability` and `margin` [temperatures, n]."""

    part: NDArray[np.str_]
    group: NDArray[np.str_]
    right: NDArray[np.bool_]
    weight: Floats
    energy: Floats
    probability: Floats
    margin: Floats
    loss: Floats  # [temperatures, n]


@dataclass(frozen=True, slots=True)
class Counts:
    """Weighted by source. `sure` and `right` of real videos; the rest are shares called sure."""

    sure: float
    right: float
    known: float
    outside: float
    junk: float
    frozen: float


def table(answers: Answers) -> Table:
    """All that choosing needs, computed once."""
    part = np.array([item.part for item in answers.items])
    group = np.array([f"{item.part} {item.group}" for item in answers.items])
    best = [np.sort(at_temperature(answers.probabilities, t), axis=1)[:, -2:] for t in TEMPERATURES]
    second, first = np.stack(best).transpose(2, 0, 1)
    return Table(
        part,
        group,
        answers.right,
        weights_of(group.tolist()),
        np.array([energy(row) for row in answers.logits]),
        first,
        first - second,
        losses(answers),
    )


def temperature(data: Table, rows: NDArray[np.bool_]) -> float:
    """Fitted on the real videos among the rows."""
    fitted = rows & np.isin(data.part, REAL)
    return fit(data.loss[:, fitted], data.weight[fitted])


def choose(
    data: Table, rows: NDArray[np.bool_], at: float, way: str, promise: Promise = SURE
) -> tuple[float, float] | None:
    """The two thresholds that keep the promise on these rows and call most right answers so.

    None if no thresholds do. Of equals the strictest.
    """
    name, firsts, energies = WAYS[way]
    first = _values(data, name, at)[rows]
    sure = (first >= firsts[:, None, None]) & (data.energy[rows] >= energies[:, None])
    part, weight = data.part[rows], data.weight[rows]
    real, junk = np.isin(part, REAL), part == "junk"
    told = sure @ np.where(real, weight, 0.0)
    right = sure @ np.where(real & data.right[rows], weight, 0.0)
    fooled = sure @ np.where(junk, weight, 0.0) / weight[junk].sum()
    kept = (told > 0) & (right >= promise.right * told) & (fooled <= promise.junk)
    if not kept.any():
        return None
    most = np.where(kept, right, -1.0)
    row, column = np.argwhere(most >= most.max() - 1e-9)[-1]
    return float(firsts[row]), float(energies[column])


def called_sure(data: Table, at: float, way: str, limits: tuple[float, float]) -> NDArray[np.bool_]:
    """Which videos these thresholds call sure."""
    first = _values(data, WAYS[way][0], at)
    sure: NDArray[np.bool_] = (first >= limits[0]) & (data.energy >= limits[1])
    return sure


def count(data: Table, rows: NDArray[np.bool_], sure: NDArray[np.bool_]) -> Counts:
    """What calling these videos sure means on these rows."""
    real = rows & np.isin(data.part, REAL)
    return Counts(
        float(data.weight[real & sure].sum()),
        float(data.weight[real & sure & data.right].sum()),
        *(
            _share(data, rows & (data.part == part), sure)
            for part in ("known", "outside", "junk", "frozen")
        ),
    )


def halves(data: Table, draws: int) -> list[NDArray[np.bool_]]:
    """Random halves of the groups of every part."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(draws):
        chosen = np.zeros(len(data.part), dtype=np.bool_)
        for part in np.unique(data.part):
            names = rng.permutation(np.unique(data.group[data.part == part]))
            chosen |= np.isin(data.group, names[: (len(names) + int(rng.integers(2))) // 2])
        found.append(chosen)
    return found


def _values(data: Table, name: str, at: float) -> Floats:
    by_temperature = data.probability if name == "probability" else data.margin
    values: Floats = by_temperature[int(np.abs(TEMPERATURES - at).argmin())]
    return values


def _share(data: Table, rows: NDArray[np.bool_], sure: NDArray[np.bool_]) -> float:
    total = data.weight[rows].sum()
    return float(data.weight[rows & sure].sum() / total) if total else 0.0
