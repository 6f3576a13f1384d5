"""What people called videos like this one: nearest label, silence where nothing is near."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.learning.adapt import from_scratch
from model.learning.examples import Example
from model.learning.features import FeatureStore, joined_widths
from model.learning.prototypes import Corrected, Embedder, Memory, embedding_of
from model.weights.build import build
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import SIGNED_UNIT, ModelSpec
from tests.model.learning.films import SPEC, draw


def at(*values: float) -> NDArray[np.float32]:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


WAVING = [Corrected("waving", at(1, 0, 0), "a"), Corrected("waving", at(1, 0.2, 0), "b")]
BENDING = [Corrected("bending", at(0, 1, 0), "c")]


def test_the_nearest_label_speaks_with_its_videos() -> None:
    found = Memory([*WAVING, *BENDING]).suggest(at(1, 0.2, 0.1))
    assert found is not None
    assert (found.label, found.videos) == ("waving", ("b", "a"))
    assert 0.98 < found.likeness < 1
    assert 0.6 < found.lead < 0.9


def test_nothing_near_or_two_as_near_is_silence() -> None:
    memory = Memory([*WAVING, *BENDING])
    assert memory.suggest(at(0, 0, 1)) is None
    assert memory.suggest(at(1, 1.1, 0)) is None
    open_minded = Memory([*WAVING, *BENDING], likeness=-1, lead=0)  # the control: it would speak
    assert open_minded.suggest(at(0, 0, 1)) is not None
    assert open_minded.suggest(at(1, 1.1, 0)) is not None


def test_no_corrections_no_suggestion_and_one_label_may_speak() -> None:
    assert Memory([]).suggest(at(1, 0)) is None
    (found,) = [Memory(BENDING).suggest(at(0, 1, 0.1))]
    assert found is not None
    assert found.lead == 1.0


@given(st.integers(0, 500), st.integers(1, 5))
def test_a_corrected_video_is_recognised(seed: int, labels: int) -> None:
    chance = np.random.default_rng(seed)
    known = [Corrected(str(n), at(*chance.normal(size=64)), str(n)) for n in range(labels)]
    for one in known:
        found = Memory(known).suggest(one.embedding)
        assert found is not None
        assert found.label == one.label
        assert found.likeness == pytest.approx(1.0, abs=1e-5)


def test_no_layer_outweighs_another() -> None:
    features = torch.tensor([[3.0, 4.0, 0.003, 0.004]])
    assert embedding_of(features, (2, 2)) == pytest.approx(np.array([3, 4, 3, 4]) / 50**0.5)


@pytest.mark.parametrize(
    ("arch", "joined", "widths"),
    [
        ("separated-i3d", 3, (1024, 832, 832)),
        ("separated-i3d", 1, (1024,)),
        ("ircsn-r50", 2, (2048, 2048)),
    ],
)
def test_widths_of_joined_layers(arch: str, joined: int, widths: tuple[int, ...]) -> None:
    spec = ModelSpec("x", arch, ("a",), SIGNED_UNIT, options={"joined": joined})
    assert joined_widths(LoadedCheckpoint(spec, "x", build(spec).eval())) == widths


def test_a_real_video_has_one_embedding_and_a_likeness_to_its_kind(tmp_path: Path) -> None:
    start = from_scratch(replace(SPEC, options={"width": 10, "joined": 2}), 0)
    loaded = LoadedCheckpoint(start.spec, "v1", start.network.eval().requires_grad_(False))
    embedder = Embedder(FeatureStore(loaded, tmp_path / "features", tmp_path, "torch"))
    film = Example(draw(tmp_path / "film.mp4", 0), 0)
    first = embedder.embed(film)
    assert embedder.version == "v1"
    assert np.linalg.norm(first) == pytest.approx(1.0, abs=1e-6)
    assert np.array_equal(first, embedder.embed(film))
