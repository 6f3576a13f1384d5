"""Clips in batches get the answers that they get alone, from every kind of engine."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from model.inference.engines.cuda.folding import FoldedNetwork, Place
from model.inference.engines.engine import Activations, PictureEngine
from model.inference.engines.torch_engine import TorchEngine
from model.inference.looking import ClipAnswer, look
from model.inference.predictor import batched
from model.inference.protocols import Plan
from model.inference.saliency import Head
from model.kernels.choosing import plain_kernels
from model.network.staged import StagedNetwork
from model.video.sampling import Sampling
from model.video.transforms import three_crops
from model.weights.spec import SIGNED_UNIT, ModelSpec
from tests.model.inference.tiny import TINY_SIZE, tiny_network


class FoldedOnProcessor:
    """What the engine for graphics cards computes, where there is none."""

    name = "folded"
    batch = 8

    def __init__(self, network: StagedNetwork) -> None:
        place = Place(torch.device("cpu"), torch.float32, plain_kernels())
        self._network = FoldedNetwork(network, place, SIGNED_UNIT)

    def prepare(self, size: tuple[int, int, int]) -> None:
        """Nothing has to be prepared."""

    def run(self, clips: NDArray[np.float32]) -> Activations:
        raise AssertionError(f"{len(clips)} clips should have come as bytes")

    def run_pictures(self, clips: NDArray[np.uint8]) -> Activations:
        with torch.inference_mode():
            logits, features = self._network(torch.from_numpy(clips))
        return Activations(logits.numpy(), features.numpy())


def test_batches_and_bytes_change_no_answer() -> None:
    network = tiny_network()
    steps, height, width = TINY_SIZE
    spec = ModelSpec("tiny", "ircsn-r26", tuple("abcdefg"), SIGNED_UNIT)
    head = Head(network.head.weight.numpy(), network.head.bias.numpy())
    boxes = three_crops(width + 20, height, height)
    sampling = Sampling(np.zeros((5, steps), dtype=np.int64))
    plan = Plan(sampling, height, True, boxes, 1)
    draw = np.random.default_rng(0)
    clips = list(draw.integers(0, 256, (5, steps, height, width + 20, 3), dtype=np.uint8))
    engines = (TorchEngine(network, "cpu"), FoldedOnProcessor(network))
    assert isinstance(engines[1], PictureEngine)
    assert not isinstance(engines[0], PictureEngine)
    alone = [look(engines[0], spec, head, plan, [clip])[0] for clip in clips]
    for engine in engines:
        for expected, found in zip(alone, look(engine, spec, head, plan, clips), strict=True):
            same(found, expected)


def same(found: ClipAnswer, expected: ClipAnswer) -> None:
    assert found.logits.shape == (3, 7)
    np.testing.assert_allclose(found.logits, expected.logits, rtol=1e-3, atol=1e-4)
    assert found.evidence is not None
    assert expected.evidence is not None
    np.testing.assert_allclose(found.evidence, expected.evidence, rtol=1e-3, atol=1e-4)


def test_batches_lose_no_clip() -> None:
    clips = [(number, np.zeros((1, 1, 1, 3), np.uint8)) for number in range(7)]
    sizes = [[number for number, _ in some] for some in batched(clips, 3)]
    assert sizes == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batched([], 3)) == []
