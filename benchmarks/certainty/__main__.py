"""Measures what an answer's certainty is worth: `python -m benchmarks.certainty --help`.

Needs a folder with `clips/` and `actions/`, each with a `labels.csv`; junk is drawn. The model's
answers are computed once and kept in a cache folder; all else takes seconds.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.certainty.answers import Answers, answers
from benchmarks.certainty.choosing import (
    REAL,
    WAYS,
    Counts,
    Table,
    called_sure,
    choose,
    count,
    halves,
    table,
    temperature,
)
from benchmarks.certainty.material import frozen_items, junk_items, real_items, thinned
from benchmarks.certainty.measures import (
    TEMPERATURES,
    Floats,
    at_temperature,
    calibration_error,
    error_of_perfect,
    held_out_temperatures,
    losses,
    resampled,
    weights_of,
)
from benchmarks.certainty.steps import (
    SHARED,
    STEPS,
    choose_steps,
    held_out,
    held_out_share,
    steps_called,
    worst_tenth,
)
from model.evidence.trust import DEFAULT
from model.weights import checkpoint
from model.weights.catalogue import default_path
from model.weights.spec import Calibration

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SPLITS, GOAL = 100, 0.90
CHOSEN = "probability and energy"
LIMITS = {"clips disagree below": DEFAULT.agreement, "even below": DEFAULT.even}


def main() -> None:
    """Prints all tables for one checkpoint; writes what was fitted if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=default_path())
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "second-look")
    parser.add_argument("--way", choices=WAYS, default=CHOSEN, help="how the model says it is sure")
    parser.add_argument("--most", type=int, help="videos of one source (default: all)")
    parser.add_argument(
        "--keep-sure", action="store_true", help="leave what is called sure as it is"
    )
    parser.add_argument("--write", action="store_true", help="put the result into the checkpoint")
    wanted = parser.parse_args()
    torch.set_num_threads(2)
    drawn = wanted.cache / "certainty" / "drawn"
    drawn.mkdir(parents=True, exist_ok=True)
    real = real_items(wanted.data)
    every = [*real, *frozen_items(drawn, real), *junk_items(drawn)]
    items = thinned(every, wanted.most) if wanted.most else every
    found = answers(items, wanted.weights, wanted.cache)
    print_material(found)
    print_temperature(found)
    data = table(found)
    print_coverage(data)
    print_ways(data)
    known = checkpoint.read_spec(wanted.weights).calibration if wanted.keep_sure else None
    result = print_steps(found, data, wanted.way, known)
    print_warnings(found)
    if wanted.write:
        spec, tensors, _ = checkpoint.read(wanted.weights)
        print(checkpoint.save(wanted.weights, replace(spec, calibration=result), tensors))


def print_material(found: Answers) -> None:
    """How many videos and sources there are, and how many answers are right."""
    print("| part | videos | sources | looks | top-1 right |\n|---|---|---|---|---|")
    for part in ("known", "outside", "unclear", "junk", "frozen"):
        rows = np.array([item.part == part for item in found.items])
        groups = Counter(item.group for item in found.items if item.part == part)
        right = f"{found.right[rows].sum()}" if part == "known" else ""
        print(f"| {part} | {rows.sum()} | {len(groups)} | {found.clips[rows].sum()} | {right} |")


def print_temperature(found: Answers) -> None:
    """The calibration error before and after, with and without videos of unknown classes."""
    real = found.where(np.array([item.part in REAL for item in found.items]))
    groups = [f"{item.part} {item.group}" for item in real.items]
    by_video = held_out_temperatures(losses(real), groups)
    tuned = [at_temperature(row, t) for row, t in zip(real.probabilities, by_video, strict=True)]
    print(f"\ntemperatures of the folds: {sorted(set(by_video.tolist()))}")
    print("| | ECE | 95 % interval | of a perfect model | mean first probability | right |")
    print("|---|---|---|---|---|---|")
    for name, parts in {"real": REAL, "known only": ("known",)}.items():
        rows = np.array([item.part in parts for item in real.items])
        chosen = [group for group, row in zip(groups, rows, strict=True) if row]
        for when, of in {"before": real.probabilities, "after": np.stack(tuned)}.items():
            _print_error(f"{name}, {when}", of[rows].max(axis=1), real.right[rows], chosen)


def _print_error(name: str, first: Floats, right: NDArray[np.bool_], groups: Sequence[str]) -> None:
    weights = weights_of(groups)
    error = calibration_error(first, right, weights)
    draws = [
        calibration_error(first[rows], right[rows], weights[rows]) for rows in resampled(groups)
    ]
    low, high = np.quantile(draws, (0.025, 0.975))
    perfect = error_of_perfect(first, weights)
    mean, share = (float(np.average(of, weights=weights)) for of in (first, right))
    interval = f"{low:.3f}-{high:.3f}"
    print(f"| {name} | {error:.3f} | {interval} | {perfect:.3f} | {mean:.3f} | {share:.3f} |")


def print_ways(data: Table) -> dict[str, float]:
    """Each way of deciding on held-out halves; returns the chosen way's share of right answers."""
    parts = halves(data, SPLITS)
    print(
        "\n| way, held-out halves | thresholds found | right of sure | halves with 90 % | "
        "known sure | outside sure | junk sure | frozen sure |\n|---|---|---|---|---|---|---|---|"
    )
    shares = {}
    for way in WAYS:
        counts = []
        for chosen in (side for part in parts for side in (part, ~part)):
            at = temperature(data, chosen)
            limits = choose(data, chosen, at, way)
            if limits is not None:
                counts.append(count(data, ~chosen, called_sure(data, at, way, limits)))
        shares[way] = _print_way(way, counts)
    return shares


def _print_way(way: str, counts: list[Counts]) -> float:
    sure = sum(one.sure for one in counts)
    right = sum(one.right for one in counts) / sure if sure else 0.0
    good = np.mean([one.right >= GOAL * one.sure for one in counts]) if counts else 0.0
    rest = (
        np.mean([getattr(one, part) for one in counts]) if counts else 0.0
        for part in ("known", "outside", "junk", "frozen")
    )
    told = " | ".join(f"{share:.3f}" for share in (right, good, *rest))
    print(f"| {way} | {len(counts)} of {2 * SPLITS} | {told} |")
    return right


def print_coverage(data: Table) -> None:
    """How many answers are right if only the surest are given, everything fitted on everything."""
    every = np.ones(len(data.part), dtype=np.bool_)
    real = np.isin(data.part, REAL)
    first = data.probability[int(np.abs(TEMPERATURES - temperature(data, every)).argmin())]
    print(
        "\n| answered (real, by source) | right, by probability | right, by energy |\n|---|---|---|"
    )
    for share in (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0):
        told = []
        for score in (first[real], data.energy[real]):
            order = np.argsort(-score, kind="stable")
            weights = data.weight[real][order]
            kept = np.cumsum(weights) <= share * weights.sum() + 1e-9
            told.append(np.average(data.right[real][order][kept], weights=weights[kept]))
        print(f"| {share:.0%} | {told[0]:.3f} | {told[1]:.3f} |")


def print_steps(
    found: Answers, data: Table, way: str, known: Calibration | None = None
) -> Calibration:
    """Held-out halves, then fitted on everything: what is called how, and what goes wrong.

    What is called sure stays as `known` has it, if that is given.
    """
    worth = held_out(data, way, SPLITS, known)
    print("\n| step, held-out halves | right | known | outside | junk | frozen |")
    print("|---|---|---|---|---|---|")
    for step in STEPS:
        told = " | ".join(f"{worth[step][part]:.3f}" for part in ("right", *SHARED))
        print(f"| {step} | {told} |")
    every = np.ones(len(data.part), dtype=np.bool_)
    at = temperature(data, every) if known is None else known.temperature
    limits = choose_steps(data, every, at, way, known)
    if limits is None:
        raise SystemExit("No threshold keeps the promise: nothing can be written.")
    called = steps_called(data, at, way, limits)
    print(f"\nfitted: temperature {at}, thresholds of probability and energy: {limits}")
    print("| part | videos | " + " | ".join(f"{step}, right of them" for step in STEPS) + " |")
    print("|---" * (2 + len(STEPS)) + "|")
    for part in ("known", "outside", "unclear", "junk", "frozen"):
        rows = data.part == part
        found_of = [f"{(rows & c).sum()}, {(rows & c & data.right).sum()}" for c in called.values()]
        print(f"| {part} | {rows.sum()} | {' | '.join(found_of)} |")
    _print_wrong(found, called["sure"] & ~data.right)
    return Calibration(
        round(at, 2),
        *limits.sure,
        sure_right=round(worth["sure"]["right"], 2) if known is None else known.sure_right,
        likely_probability=limits.likely[0],
        likely_energy=limits.likely[1],
        likely_right=round(worth["likely"]["right"], 2),
        guess_right=round(worth["guess"]["right"], 2),
    )


def _print_wrong(found: Answers, wrong: NDArray[np.bool_]) -> None:
    told = found.probabilities.argmax(axis=1)
    for row in np.flatnonzero(wrong):
        item, said = found.items[row], found.labels[told[row]]
        print(f"  sure and wrong: {item.path.name} ({item.part} {item.label}): {said}")


def print_warnings(found: Answers) -> None:
    """How many videos of known classes each warning about the curve stands at."""
    known = found.where(np.array([item.part == "known" for item in found.items]))
    values = {"clips disagree below": known.agreement, "even below": known.evenness}
    print("\n| warning | videos | threshold of the worst tenth | below it, held-out halves | now |")
    print("|---|---|---|---|---|")
    groups = np.array([item.group for item in known.items])
    for name, of in values.items():
        there = np.isfinite(of)
        chosen = worst_tenth(of[there], groups[there])
        elsewhere = held_out_share(of[there], groups[there], SPLITS)
        limit = LIMITS[name]
        now = f"{limit}: {np.mean(of[there] < limit):.2f}"
        print(f"| {name} | {there.sum()} | {chosen:.3f} | {elsewhere:.2f} | {now} |")


if __name__ == "__main__":
    main()
