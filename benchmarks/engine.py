"""How much faster is the engine than eager PyTorch? One clip, float32, this machine."""

from __future__ import annotations

import argparse
import copy
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from benchmarks.timing import in_turn, print_table
from model.inference.engines.openvino_engine import OpenVINOEngine, openvino_installed
from model.inference.engines.torch_engine import TorchEngine, best_device
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
    compare("embedded default", default.network, default.spec.crop, rounds)
    labels = tuple(str(index) for index in range(400))
    spec = ModelSpec("ircsn-r50", "ircsn-r50", labels, IMAGENET)
    compare("ir-CSN-50", build(spec), spec.crop, rounds)


def compare(name: str, network: StagedNetwork, crop: int, rounds: int) -> None:
    """Times one clip of 32 frames through every engine that this machine has."""
    network = network.eval().requires_grad_(False)
    generator = np.random.default_rng(0)
    clip = generator.standard_normal((1, 3, 32, crop, crop)).astype(np.float32)
    ways: dict[str, Callable[[], object]] = {}
    eager = copy.deepcopy(network)

    def run_eagerly() -> None:
        with torch.inference_mode():
            eager(torch.from_numpy(clip))

    ways["eager PyTorch, processor"] = run_eagerly
    on_processor = TorchEngine(copy.deepcopy(network), "cpu")
    ways["engine torch, processor"] = lambda: on_processor.run(clip)
    if best_device() == "cuda":
        on_device = TorchEngine(copy.deepcopy(network), "cuda")
        ways["engine torch, CUDA"] = lambda: on_device.run(clip)
    with tempfile.TemporaryDirectory() as folder:
        if openvino_installed():
            converted = OpenVINOEngine(network, name.replace(" ", "-"), Path(folder))
            ways["engine OpenVINO, processor"] = lambda: converted.run(clip)
        title = f"{name}, one clip of 32 x {crop} x {crop}, {torch.get_num_threads()} threads"
        print_table(title, in_turn(ways, rounds=rounds))


if __name__ == "__main__":
    main()
