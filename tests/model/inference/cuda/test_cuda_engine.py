"""The engine for graphics cards, on a machine that has one; also tests graphs.py."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from model.inference.engines.cuda.cuda_engine import CudaEngine
from model.inference.engines.engine import PictureEngine
from model.inference.engines.torch_engine import TorchEngine
from model.network.atrous import OpenedNetwork
from model.weights.spec import SIGNED_UNIT
from tests.model.inference.tiny import TINY_SIZE, tiny_network

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no graphics card")


@pytest.mark.parametrize("opened", [0, 1])
def test_it_answers_as_float32_does(opened: int) -> None:
    network = OpenedNetwork(tiny_network(), strides=1) if opened else tiny_network()
    engine = CudaEngine(network, SIGNED_UNIT, every=1 + opened)
    assert isinstance(engine, PictureEngine)
    generator = np.random.default_rng(0)
    clips = generator.integers(0, 256, (11, *TINY_SIZE, 3), dtype=np.uint8)
    normal = ((clips.astype(np.float32) - 127.5) / 127.5).transpose(0, 4, 1, 2, 3)
    exact = TorchEngine(network, "cpu").run(np.ascontiguousarray(normal))
    for found in (engine.run_pictures(clips), engine.run(normal)):
        assert found.every == 1 + opened
        np.testing.assert_allclose(found.logits, exact.logits, atol=0.02)
        np.testing.assert_allclose(found.features, exact.features, atol=0.05)


def test_threads_do_not_mix_their_answers() -> None:
    engine = CudaEngine(tiny_network(), SIGNED_UNIT)
    clips = np.random.default_rng(1).integers(0, 256, (6, *TINY_SIZE, 3), dtype=np.uint8)
    alone = [engine.run_pictures(clips[n : n + 1]).logits for n in range(6)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda n: engine.run_pictures(clips[n : n + 1]).logits, range(6)))
    np.testing.assert_array_equal(alone, together)
