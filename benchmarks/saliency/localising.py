"""Where do curves point on splices, and do they tell two actions apart? Measures M1 to M4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.saliency.measures import (
    TOLERANCE_S,
    auroc,
    both_right,
    chance,
    energy_lift,
    interval,
    pointing,
)
from benchmarks.saliency.scenes import Network, Scene
from benchmarks.saliency.ways import Way

COLUMNS = ("pointing", "strict", "lift", "AUROC", "A over B", "both right")
RATE_HZ = 15.0
Values = dict[str, NDArray[np.float64]]


def measured(network: Network, scenes: Sequence[Scene], way: Way) -> Values:
    """Every measure of a way on every scene [n]; those of two classes where there are two."""
    tolerance = TOLERANCE_S * RATE_HZ
    rows: dict[str, list[float]] = {name: [] for name in COLUMNS}
    for scene in scenes:
        truth = scene.splice.truth
        curve = way(network, scene, scene.splice.a.index)
        rows["pointing"].append(pointing(curve, truth, tolerance))
        rows["strict"].append(pointing(curve, truth, 0))
        rows["lift"].append(energy_lift(curve, truth))
        rows["AUROC"].append(auroc(curve, truth))
        if scene.splice.b is not None:
            over = curve - way(network, scene, scene.splice.b.index)
            rows["A over B"].append(auroc(over, truth))
            rows["both right"].append(both_right(over, truth))
    return {name: np.array(values) for name, values in rows.items() if values}


def print_localising(
    title: str, network: Network, scenes: Sequence[Scene], ways: Mapping[str, Way]
) -> dict[str, Values]:
    """One line a way, with 95 % intervals for pointing and discrimination; returns the values."""
    tolerance = TOLERANCE_S * RATE_HZ
    by_chance = np.mean([chance(scene.splice.truth, tolerance) for scene in scenes])
    share = np.mean([scene.splice.truth.mean() for scene in scenes])
    print(
        f"\n{title}: {len(scenes)} splices; chance of pointing {by_chance:.2f}, strict {share:.2f}"
    )
    found = {name: measured(network, scenes, way) for name, way in ways.items()}
    columns = [name for name in COLUMNS if name in next(iter(found.values()))]
    print(f"{'':28}" + "".join(f"{name:>20}" for name in columns), flush=True)
    for name, values in found.items():
        print(f"{name:28}" + "".join(f"{_told(values[column]):>20}" for column in columns))
    return found


def print_compared(found: Mapping[str, Values], one: str, other: str) -> None:
    """Paired differences of two ways on the same scenes, with 95 % intervals."""
    differences = {
        column: interval(found[one][column] - found[other][column]) for column in found[one]
    }
    told = "  ".join(
        f"{column} {mean:+.3f} ({low:+.3f} to {high:+.3f})"
        for column, (mean, low, high) in differences.items()
    )
    print(f"{one} less {other}: {told}", flush=True)


def _told(values: NDArray[np.float64]) -> str:
    mean, low, high = interval(values)
    return f"{mean:.3f} ({low:.2f}-{high:.2f})"
