"""How fast is a graphics card? Our networks beside MMAction2's, in turn, in one run.

`python -m benchmarks.gpu --peer FOLDER [--clips FILE.npz] [--compile]`; a line of JSON for each
measurement and a table at the end. README.md says what came out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import triton.testing
from torch import Tensor

from benchmarks.gpu.floor import Card, floor_s, measure_card
from benchmarks.gpu.networks import ARCHITECTURES, Architecture, drawn_clips, stand_in
from benchmarks.gpu.peer import peer_of, set_tf32
from model.inference.engines.cuda.folding import FoldedNetwork, Place
from model.inference.engines.cuda.graphs import Graphs
from model.kernels.choosing import choose_kernels
from model.network.staged import StagedNetwork
from model.weights.catalogue import default_path
from model.weights.checkpoint import load
from model.weights.spec import IMAGENET, Normalisation

DEVICE = torch.device("cuda")
BATCHES = (1, 8)
SIZE, TEST_SIZE, VIEWS = 224, 256, 30  # pixels; of 10 clips x 3 crops
Row = dict[str, Any]


def main() -> None:
    """Measures every architecture and prints what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, help="folder with MMAction2's wheels installed")
    parser.add_argument("--clips", type=Path, help="real clips, uint8 [N, 32, 224, 224, 3], as npz")
    parser.add_argument("--compile", action="store_true", help="torch.compile as well (minutes)")
    parser.add_argument("--only", default="", help="one architecture")
    asked = parser.parse_args()
    card = measure_card()
    say({"card": torch.cuda.get_device_name(0), "torch": torch.__version__})
    say({"copies_tb_s": card.bytes_s / 1e12, "multiplies_tflop_s": card.operations_s / 1e12})
    clips = np.load(asked.clips)["clips"] if asked.clips else drawn_clips(16, SIZE)
    frames = torch.from_numpy(clips).to(DEVICE)
    rows = [compare(arch, frames, card, asked) for arch in chosen(asked.only)]
    if not asked.only or asked.only == "default":
        embedded(frames)
    table([row for measured in rows for row in measured])


def chosen(only: str) -> list[Architecture]:
    return [arch for arch in ARCHITECTURES if only in ("", arch.name)]


def compare(arch: Architecture, frames: Tensor, card: Card, asked: argparse.Namespace) -> list[Row]:
    """One architecture at every batch, and a whole video as the test protocol looks at it."""
    network = stand_in(arch, normalised(frames[:8], IMAGENET)).to(DEVICE)
    folded = Graphs(our_network(network, IMAGENET), DEVICE)
    peer = peer_of(network, arch.kind, arch.depth, asked.peer) if asked.peer else None
    exact: Callable[[Tensor], Tensor] = peer or (lambda clips: network(clips)[0])
    rows = []
    for batch in BATCHES:
        some = frames[:batch]
        inputs = normalised(some, IMAGENET)
        row: Row = {"arch": arch.name, "of the nine": arch.published, "batch": batch}
        row["floor_ms"] = 1e3 * floor_s(network, inputs, card)
        for name, tf32 in (("eager_ms", False), ("eager_tf32_ms", True)):
            set_tf32(tf32)
            row[name] = median_ms(lambda: exact(inputs))  # noqa: B023
        if asked.compile:
            torch.compiler.reset()
            compiled = torch.compile(exact, dynamic=False)
            row["compiled_ms"] = median_ms(lambda: compiled(inputs))  # noqa: B023
        set_tf32(False)
        torch.cuda.reset_peak_memory_stats()
        row["ours_ms"] = median_ms(lambda: folded.run(some))  # noqa: B023
        row["times the peer"] = row["eager_ms"] / row["ours_ms"]
        row["times the floor"] = row["ours_ms"] / row["floor_ms"]
        say(row)
        rows.append(row)
    say({"arch": arch.name} | agreement(exact, folded, frames) | whole_video(exact, folded))
    return rows


def our_network(network: StagedNetwork, scale: Normalisation) -> FoldedNetwork:
    chosen = choose_kernels(DEVICE)
    say({"kernels": chosen.kernels.name, "reason": chosen.reason})
    return FoldedNetwork(network, Place(DEVICE, torch.float16, chosen.kernels), scale)


def agreement(exact: Callable[[Tensor], Tensor], folded: Graphs, frames: Tensor) -> Row:
    """Over single clips: how often the same first class, and the share of the same five."""
    first = five = 0.0
    error = 0.0
    for clip in frames.split(1):
        with torch.inference_mode():
            theirs, ours = exact(normalised(clip, IMAGENET)), folded.run(clip)[0]
        first += float(theirs.argmax() == ours.argmax())
        ranks = theirs.topk(5).indices[0], ours.topk(5).indices[0]
        five += len(set(ranks[0].tolist()) & set(ranks[1].tolist())) / 5
        error = max(error, float((theirs - ours).norm() / theirs.norm()))
    count = len(frames)
    return {"clips": count, "same_first": first / count, "same_five": five / count, "error": error}


def whole_video(exact: Callable[[Tensor], Tensor], folded: Graphs) -> Row:
    """Videos a second and memory for 10 clips x 3 crops of 256 pixels, in batches of ten."""
    frames = torch.from_numpy(drawn_clips(10, TEST_SIZE)).to(DEVICE)
    inputs = normalised(frames, IMAGENET)
    found: Row = {}
    ways: dict[str, Callable[[], object]] = {
        "theirs": lambda: exact(inputs),
        "ours": lambda: folded.run(frames),
    }
    for name, way in ways.items():
        torch.cuda.empty_cache()
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        taken = median_ms(way) * VIEWS / len(frames)
        found[f"{name}_videos_s"] = 1e3 / taken
        found[f"{name}_gib_more"] = (torch.cuda.max_memory_allocated() - before) / 2**30
    return found


def embedded(frames: Tensor) -> None:
    """The default, which has weights that were learned: does it say the same in 16 bits?"""
    loaded = load(default_path())
    network = loaded.network.to(DEVICE)
    scale = loaded.spec.normalisation
    folded = Graphs(our_network(network, scale), DEVICE)
    same = [0.0, 0.0]
    for clip in frames.split(1):
        with torch.inference_mode():
            exact, ours = network(normalised(clip, scale))[0][0], folded.run(clip)[0][0]
        same[0] += float(exact.argmax() == ours.argmax()) / len(frames)
        both = set(exact.topk(5).indices.tolist()) & set(ours.topk(5).indices.tolist())
        same[1] += len(both) / 5 / len(frames)
    row: Row = {"arch": "default", "clips": len(frames), "same_first": same[0], "five": same[1]}
    for batch in BATCHES:
        some = frames[:batch]
        inputs = normalised(some, scale)
        row[f"eager_ms_{batch}"] = median_ms(lambda: network(inputs))  # noqa: B023
        row[f"ours_ms_{batch}"] = median_ms(lambda: folded.run(some))  # noqa: B023
    say(row)


def normalised(frames: Tensor, scale: Normalisation) -> Tensor:
    """Frames uint8 [N, T, H, W, 3] to float32 [N, 3, T, H, W]."""
    mean, std = (torch.tensor(part, device=frames.device) for part in (scale.mean, scale.std))
    return ((frames.float() - mean) / std).permute(0, 4, 1, 2, 3).contiguous()


def median_ms(work: Callable[[], object]) -> float:
    """Of many runs after a warm-up, by the card's own clock."""
    with torch.inference_mode():
        taken: float = triton.testing.do_bench(work, warmup=20, rep=150, return_mode="median")
    return taken


def say(row: Row) -> None:
    rounded = {k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in row.items()}
    print(json.dumps(rounded), flush=True)


def table(rows: list[Row]) -> None:
    """The rows as Markdown."""
    if not rows:
        return
    print("\n| " + " | ".join(rows[0]) + " |\n|" + "---|" * len(rows[0]))
    for row in rows:
        cells = (f"{v:.3g}" if isinstance(v, float) else str(v) for v in row.values())
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
