"""Measures several ways of doing one thing, in turn, so that a busy moment hits all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of one way: the median and the fastest of all rounds."""

    median_s: float
    least_s: float


def in_turn(ways: Mapping[str, Callable[[], object]], *, rounds: int = 7) -> dict[str, Timed]:
    """Runs every way once to warm up, then `rounds` times, one after the other."""
    for way in ways.values():
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    return {name: Timed(statistics.median(taken), min(taken)) for name, taken in seconds.items()}


def print_table(title: str, timed: Mapping[str, Timed]) -> None:
    """One line a way: median, fastest, and how many times as fast as the first way."""
    first = next(iter(timed.values()))
    print(f"\n{title}")
    print(f"{'':34}{'median':>10}{'fastest':>10}{'against the first':>20}")
    for name, taken in timed.items():
        ratio = first.median_s / taken.median_s
        print(f"{name:34}{taken.median_s:>8.3f} s{taken.least_s:>8.3f} s{ratio:>18.2f} x")
