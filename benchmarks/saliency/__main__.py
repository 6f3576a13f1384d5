"""Measures temporal saliency on splices of real clips: `python -m benchmarks.saliency --help`.

Needs a folder with `clips/` and `actions/`, each with a `labels.csv`. Decoded clips and converted
networks are kept in a cache folder; all else is computed anew.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from benchmarks.saliency.clips import RealClip, real_clips, sources
from benchmarks.saliency.costs import print_costs
from benchmarks.saliency.faithful import print_faithful
from benchmarks.saliency.localising import print_compared, print_localising
from benchmarks.saliency.sanity import print_sanity
from benchmarks.saliency.scenes import Network, Scene, scenes_of, sure_clips
from benchmarks.saliency.splices import KINDS, Kind, Sure
from benchmarks.saliency.ways import DEAR, NULLS, OTHERS, OURS
from model.weights.catalogue import EMBEDDED, default_path, find
from model.weights.checkpoint import load
from model.weights.fetching import fetch

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
PARTS = ("where", "dear", "faithful", "sane", "cost")
WITHIN, WHOLE = 32, 64  # sampled frames of a splice: one clip, or three that overlap


def main() -> None:
    """Prints all tables for one checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=EMBEDDED.name, help="a name of the catalogue")
    parser.add_argument("--weights", type=Path, help="a checkpoint of this program instead")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "second-look")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--quick", action="store_true", help="few splices, in about a minute")
    parser.add_argument("--steps", type=int, default=8, help="of insertion and deletion")
    wanted = parser.parse_args()
    torch.set_num_threads(2)
    began = time.perf_counter()
    path = wanted.weights or checkpoint_path(wanted.model, wanted.cache)
    network = Network(load(path), wanted.cache)
    clips = list(real_clips(sources(wanted.data), network.spec, wanted.cache / "clips"))
    sure, right = sure_clips(network, clips, wanted.cache / "answers")
    print(
        f"{network.spec.name} on {network.running.engine.name}: {len(clips)} real clips long "
        f"enough; {len(sure)} of {len({one.index for one in sure})} classes are used, {right} with "
        "a known label",
        flush=True,
    )
    report(network, clips, sure, wanted.parts, quick=wanted.quick, steps=wanted.steps)
    print(f"\n{network.forwards} clips computed in {time.perf_counter() - began:.0f} s")


def checkpoint_path(name: str, cache: Path) -> Path:
    """The checkpoint of that name of the catalogue, downloaded and imported if need be."""
    entry = find(name)
    if entry.name == EMBEDDED.name:
        return default_path()
    target = cache / "models" / f"{entry.name}.safetensors"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        fetch(entry, target, downloads=target.parent)
    return target


def report(
    network: Network,
    clips: list[RealClip],
    sure: list[Sure],
    parts: Sequence[str],
    *,
    quick: bool,
    steps: int,
) -> None:
    """The wanted tables, one after the other."""
    if "where" in parts:
        counts = {WITHIN: 12} if quick else {WITHIN: 100, WHOLE: 60}
        for length, wanted in counts.items():
            for kind in KINDS:
                scenes = scenes_of(kind, network, clips, sure, wanted, length)
                _localise(network, kind, length, scenes, quick=quick)
    few = scenes_of("A | B", network, clips, sure, 3 if quick else 8, WITHIN)
    if few and "dear" in parts:
        print_localising("Dear ways, A | B", network, few, DEAR | OURS)
    if few and "faithful" in parts:
        print_faithful(network, few, steps=4 if quick else steps)
    if "sane" in parts:
        print_sanity(network, clips, sure[::6] if quick else sure, seeds=4 if quick else 20)
    if few and "cost" in parts:
        print_costs(network, few[0])


def _localise(
    network: Network, kind: Kind, length: int, scenes: list[Scene], *, quick: bool
) -> None:
    if not scenes:
        print(f"\n{kind}, {length} frames: the model gives no such splice its classes")
        return
    where = "one clip of" if length == WITHIN else "three merged clips over"
    title = f"{kind}, {where} {length} sampled frames"
    ways = OURS | OTHERS | NULLS if not quick or kind == "A | B" else OURS | NULLS
    found = print_localising(title, network, scenes, ways)
    for view in ("evidence", "contrast"):
        print_compared(found, f"{view}, T=8", f"{view}, T=4")
    print_compared(found, "contrast, T=8", "evidence, T=8")


if __name__ == "__main__":
    main()
