"""Where should each rule of `model/evidence/trust.py` begin to speak? `python -m ...calibrate`.

On splices of real clips the truth is known, so a curve can be called good or bad. Thresholds are
chosen on one half of the clips and reported on splices of the other half.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from benchmarks.saliency.clips import real_clips, sources
from benchmarks.saliency.measures import auroc
from benchmarks.saliency.removal import freeze
from benchmarks.saliency.scenes import Network, Scene, explained, scenes_of, sure_clips
from benchmarks.saliency.splices import Kind
from benchmarks.saliency.ways import ours
from model.evidence.freeze_check import MATTERING_SHARE, OTHER_TURNS, SHIFT
from model.inference.agreement import spearman
from model.inference.timeline import average_views, softmax
from model.weights.catalogue import default_path
from model.weights.checkpoint import load

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
CONTRAST = ours(True, "contrast")
GOOD = 0.75  # frame AUROC of a curve that shows the right part
QUANTITIES = (
    "probability",
    "lead",
    "range by lead",
    "range by noise",
    "likeness",
    "still",
    "freeze",
)
GREATER_IS_BETTER = {name: name != "still" for name in QUANTITIES}
TODAY = dict(zip(QUANTITIES, (0.2, 0.05, 1.5, 3.0, 0.5, 0.8, -0.05), strict=True))


@dataclass(frozen=True, slots=True)
class Case:
    """One splice: whether its curve is good, and every quantity that a rule looks at."""

    good: bool
    values: dict[str, float]


def main() -> None:
    """Prints, for each rule, what it separates, on both halves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=default_path())
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "second-look")
    parser.add_argument("--wanted", type=int, default=40, help="splices of a kind and half")
    wanted = parser.parse_args()
    torch.set_num_threads(2)
    network = Network(load(wanted.weights), wanted.cache)
    clips = list(real_clips(sources(wanted.data), network.spec, wanted.cache / "clips"))
    sure, _ = sure_clips(network, clips, wanted.cache / "answers")
    kinds: tuple[Kind, ...] = ("A | still", "A | B")
    halves = []
    for half in (sure[::2], sure[1::2]):
        scenes = [
            scene
            for kind in kinds
            for scene in scenes_of(kind, network, clips, half, wanted.wanted, 32)
        ]
        halves.append([_case(network, scene) for scene in scenes])
    for name in QUANTITIES:
        _print_rule(name, *halves)


def _case(network: Network, scene: Scene) -> Case:
    """All quantities of the class A's curve, as `checking.examine` and `trust` compute them."""
    index = scene.splice.a.index
    curve = CONTRAST(network, scene, index)
    logits, probabilities = average_views(scene.logits, "prob")
    others = np.sort(np.delete(probabilities, index))[::-1]
    mirrored = explained(network, scene.splice, scene.frames[:, :, ::-1])
    again = CONTRAST(network, _same_rivals(mirrored, scene), index)
    later = np.minimum(np.arange(len(curve)) + SHIFT, len(curve) - 1)
    shifted = explained(network, scene.splice, scene.frames[later])
    moved = CONTRAST(network, _same_rivals(shifted, scene), index)
    spread = float(np.ptp(curve))
    lead = float(logits[index] - np.delete(logits, index).max())
    peak = scene.frames[np.full(len(curve), int(curve.argmax()))]
    matter = np.zeros(len(curve), dtype=bool)
    matter[np.argsort(-curve, kind="stable")[: round(MATTERING_SHARE * len(curve))]] = True
    after = _left(network, scene, matter)
    turned = [_left(network, scene, np.roll(matter, round(t * len(curve)))) for t in OTHER_TURNS]
    noise = float(np.median(np.abs(curve - again)))
    values = {
        "probability": float(probabilities[index]),
        "lead": float(probabilities[index] - others[0]),
        "range by lead": spread / max(lead, 1e-6) if lead > 0 else np.inf,
        "range by noise": spread / max(noise, 1e-6),
        "likeness": min(spearman(curve, again), spearman(curve[SHIFT:], moved[:-SHIFT])),
        "still": float(softmax(network.run(peak).logits)[0, index] / probabilities[index]),
        "freeze": float(np.mean(turned)) - after,
    }
    return Case(auroc(curve, scene.splice.truth) >= GOOD, values)


def _same_rivals(again: Scene, scene: Scene) -> Scene:

    return replace(again, top=scene.top)


def _left(
    network: Network, scene: Scene, frozen: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> float:
    return network.probability(freeze(scene.frames, frozen), scene.splice.a.index)


def _print_rule(name: str, chosen_on: list[Case], reported_on: list[Case]) -> None:
    sign = 1.0 if GREATER_IS_BETTER[name] else -1.0
    pool = np.array([sign * case.values[name] for case in chosen_on])
    good = np.array([case.good for case in chosen_on])
    best, threshold = -1.0, 0.0
    for candidate in np.unique(pool[np.isfinite(pool)]):
        spoken = pool < candidate
        gain = spoken[~good].mean() - spoken[good].mean() if (~good).any() else 0.0
        if gain > best:
            best, threshold = float(gain), float(candidate)
    print(f"\n{name}: best threshold on the first half {sign * threshold:.3f}")
    for title, at in (("best", sign * threshold), ("in use", TODAY[name])):
        for half, cases in (("chosen on", chosen_on), ("reported on", reported_on)):
            spoken = np.array([sign * case.values[name] < sign * at for case in cases])
            is_good = np.array([case.good for case in cases])
            print(
                f"  {title:7} {at:7.3f} {half:12} n={len(cases)}: speaks on "
                f"{spoken[~is_good].mean():4.0%} of {np.count_nonzero(~is_good)} bad curves, on "
                f"{spoken[is_good].mean():4.0%} of {np.count_nonzero(is_good)} good ones; good "
                f"among those believed {is_good[~spoken].mean():.0%}, of all {is_good.mean():.0%}",
                flush=True,
            )


if __name__ == "__main__":
    main()
