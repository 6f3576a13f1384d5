"""What does it cost to explain? Saliency's share of a prediction, and of finer steps in time."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.timing import in_turn, print_table
from model.inference.engines.choosing import choose_engine
from model.inference.engines.engine import Activations, Engine
from model.inference.saliency import Head, believable_evidence
from model.network.atrous import OpenedNetwork
from model.network.staged import StagedNetwork
from model.weights.build import build
from model.weights.catalogue import default_path
from model.weights.checkpoint import load
from model.weights.spec import IMAGENET, ModelSpec


def main() -> None:
    """Prints a table for the embedded default and one for ir-CSN-50 with random weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    default = load(default_path())
    share("embedded default", default.network, default.spec.crop, rounds)
    labels = tuple(str(index) for index in range(400))
    spec = ModelSpec("ircsn-r50", "ircsn-r50", labels, IMAGENET)
    share("ir-CSN-50", build(spec).eval().requires_grad_(False), spec.crop, rounds)


def share(name: str, network: StagedNetwork, crop: int, rounds: int) -> None:
    """Times one clip with and without evidence for all classes, at both numbers of steps."""
    head = Head(network.head.weight.numpy(force=True), network.head.bias.numpy(force=True))
    classes = range(len(head.bias))
    clip = np.random.default_rng(0).standard_normal((1, 3, 32, crop, crop)).astype(np.float32)

    def explained(engine: Engine) -> Callable[[], object]:
        return lambda: believable_evidence(engine.run(clip), head, classes)

    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        plain = choose_engine("auto", network, name.replace(" ", "-"), cache)
        fine = choose_engine("auto", OpenedNetwork(network), name.replace(" ", "-"), cache, every=2)
        found: Activations = plain.run(clip)
        ways: dict[str, Callable[[], object]] = {
            "answer alone": lambda: plain.run(clip),
            "answer and evidence, all classes": explained(plain),
            "the same with steps twice as fine": explained(fine),
            "evidence alone, all classes": lambda: believable_evidence(found, head, classes),
        }
        timed = in_turn(ways, rounds=rounds)
        print_table(f"{name}, one clip of 32 x {crop} x {crop}, {plain.name}", timed)
        answer_s = timed["answer alone"].median_s
        for way in list(ways)[1:3]:
            print(f"{way}: {timed[way].median_s / answer_s - 1:+.1%}")


if __name__ == "__main__":
    main()
