"""The network that ships with the program: both engines, and a real video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.inference.engines.choosing import choose_engine
from model.inference.engines.torch_engine import TorchEngine
from model.inference.predictor import LocalPredictor
from model.inference.saliency import Head, believable_evidence
from model.network.atrous import OpenedNetwork
from model.weights.catalogue import default_path
from model.weights.checkpoint import load
from tests.conftest import DataAt


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Path:
    return data_at(tmp_path_factory.mktemp("data")) / "cache"


def test_engines_agree_on_the_default(cache_dir: Path) -> None:
    loaded = load(default_path())
    head = Head(loaded.network.head.weight.numpy(), loaded.network.head.bias.numpy())
    clip = np.random.default_rng(2).uniform(-1, 1, (1, 3, 32, 224, 224)).astype(np.float32)
    opened = OpenedNetwork(loaded.network)
    other = choose_engine("openvino", opened, loaded.sha256, cache_dir, every=2).run(clip)
    ours = TorchEngine(loaded.network, "cpu").run(clip)
    assert other.features.shape == (1, 1024, 8, 7, 7)
    np.testing.assert_array_equal(np.argsort(-ours.logits[0])[:5], np.argsort(-other.logits[0])[:5])
    scale = np.abs(ours.features).max()
    np.testing.assert_allclose(other.features[:, :, ::2] / scale, ours.features / scale, atol=1e-4)
    np.testing.assert_allclose(other.logits, ours.logits, rtol=1e-3, atol=1e-3)
    for found in (ours, other):
        assert believable_evidence(found, head, range(400)) is not None


@pytest.mark.shared
def test_the_default_knows_a_dive_and_when_it_was(shared_dir: Path, cache_dir: Path) -> None:
    predictor = LocalPredictor(default_path(), cache_dir=cache_dir)
    clip = shared_dir / "data" / "clips" / "sonho4ng-v_Diving_g01_c01.avi"
    found = predictor.predict(clip, classes=[predictor.checkpoint.spec.labels.index("archery")])
    assert found.top[0].label == "springboard diving"
    assert found.top[0].probability > 0.8
    assert found.evidence.gaps == ()
    dive, archery = found.evidence.curves[0], found.evidence.curves[-1]
    assert dive.mean() > archery.mean() + 3
