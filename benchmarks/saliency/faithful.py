"""Is what the curve shows what the answer rests on? Insertion less deletion, measure M5."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.saliency.measures import interval
from benchmarks.saliency.removal import OPERATORS, insertion_less_deletion
from benchmarks.saliency.scenes import Network, Scene
from benchmarks.saliency.ways import Way, frame_difference, occlusion, ours, own_call, shifted

CONTRAST = ours(True, "contrast")
TURNS = (0.25, 0.5, 0.75)
WAYS: dict[str, dict[str, Way]] = {
    "freeze": {
        "contrast, T=8": CONTRAST,
        "Grad-CAM, own call": own_call("grad-cam"),
        "occlusion": occlusion,
        "frame difference": frame_difference,
    },
    "linear": {"contrast, T=8": CONTRAST},
}


def print_faithful(network: Network, scenes: Sequence[Scene], *, steps: int) -> None:
    """INS - DEL of every way, and the difference to the turned contrast, with 95 % intervals."""
    print(f"\nInsertion less deletion, {len(scenes)} splices, steps of 1/{steps}")
    for operator, ways in WAYS.items():
        turned = np.mean(
            [_areas(network, scenes, shifted(CONTRAST, t), operator, steps) for t in TURNS], axis=0
        )
        _print_line(f"{operator}: contrast, turned", turned)
        for name, way in ways.items():
            areas = _areas(network, scenes, way, operator, steps)
            mean, low, high = interval(areas - turned)
            told = f"above the turned one {mean:+.3f} ({low:+.3f} to {high:+.3f})"
            _print_line(f"{operator}: {name}", areas, told)


def _areas(
    network: Network, scenes: Sequence[Scene], way: Way, operator: str, steps: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    found = [
        insertion_less_deletion(
            network,
            scene.frames,
            scene.splice.a.index,
            way(network, scene, scene.splice.a.index),
            OPERATORS[operator],
            steps=steps,
        )
        for scene in scenes
    ]
    return np.array(found, dtype=np.float64)


def _print_line(
    name: str, areas: np.ndarray[tuple[int], np.dtype[np.float64]], more: str = ""
) -> None:
    mean, low, high = interval(areas)
    print(f"{name:36} {mean:+.3f} ({low:+.3f} to {high:+.3f})  {more}", flush=True)
