"""The measures by which saliency is judged measure what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from benchmarks.saliency.clips import real_clips, sources
from benchmarks.saliency.costs import LogitsAlone
from benchmarks.saliency.measures import (
    area,
    auroc,
    both_right,
    chance,
    energy_lift,
    interval,
    pointing,
)
from benchmarks.saliency.removal import freeze, linear
from benchmarks.saliency.scenes import Network, Scene, explained
from benchmarks.saliency.splices import KINDS, Kind, Splice, Sure, drawn
from benchmarks.saliency.ways import centre, half_pixel, ours, own_call, shifted, uniform
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import IMAGENET, ModelSpec
from tests.model.inference.tiny import tiny_network

TRUTH = np.arange(32) // 8 == 1  # frames 8 to 15
LABELS = ("ant", "bee", "cat", "dog", "eel", "fox", "gnu")
SPEC = ModelSpec("tiny", "ircsn-r26", LABELS, IMAGENET, {"width": 6}, short_side=54, crop=48)


def test_measures_of_a_perfect_an_empty_and_a_wrong_curve() -> None:
    right, flat = TRUTH.astype(float), np.zeros(32)
    assert (pointing(right, TRUTH, 0), pointing(1 - right, TRUTH, 0)) == (1.0, 0.0)
    assert pointing(flat, TRUTH, 0) == pytest.approx(chance(TRUTH, 0)) == 0.25
    assert chance(TRUTH, 3.75) == pytest.approx(14 / 32)
    assert (auroc(right, TRUTH), auroc(flat, TRUTH), auroc(-right, TRUTH)) == (1.0, 0.5, 0.0)
    assert (energy_lift(right, TRUTH), energy_lift(flat, TRUTH)) == (4.0, 1.0)
    assert (both_right(right, TRUTH), both_right(-right, TRUTH)) == (1.0, 0.0)
    assert both_right(flat, TRUTH) == pytest.approx(0.25 * 0.75)
    assert area(np.array([0.0, 1.0, 1.0])) == pytest.approx(0.75)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=50))
def test_intervals_hold_the_mean(values: list[float]) -> None:
    mean, low, high = interval(np.array(values))
    assert low - 1e-9 <= mean <= high + 1e-9


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [32, 64])
def test_splices_show_what_they_say(kind: Kind, length: int) -> None:
    sure = [Sure(number, number // 2, 0.9) for number in range(6)]
    clips = [np.full((40, 2, 2, 3), 10 * number, np.uint8) for number in range(6)]
    for number, clip in enumerate(clips):
        clip[:, 0, 0, 0] = np.arange(40) + 40 * (number % 2)
    splices = drawn(kind, sure, 36, length, seed=0)
    for splice in splices:
        frames = splice.frames(clips)
        assert len(frames) == length
        is_a = frames[:, 1, 1, 1] == 10 * splice.a.clip
        if splice.b is None:
            still = np.all(np.diff(frames[:, 0, 0, 0].astype(int))[~splice.truth[1:]] <= 1)
            assert is_a.all()
            assert still
        else:
            assert splice.a.index != splice.b.index
            np.testing.assert_array_equal(is_a, splice.truth)
    shares = np.array([splice.truth.mean() for splice in splices])
    assert shares.mean() == pytest.approx(0.5, abs=0.02)
    middles = [np.flatnonzero(splice.truth).mean() for splice in splices]
    assert np.mean(middles) == pytest.approx((length - 1) / 2, abs=1.0)


def test_removed_frames_are_frozen_or_faded() -> None:
    frames = (10 * np.arange(6, dtype=np.uint8)).reshape(6, 1, 1, 1)
    removed = np.array([False, True, True, True, False, True])
    assert freeze(frames, removed).ravel().tolist() == [0, 0, 0, 40, 40, 40]
    assert linear(frames, removed).ravel().tolist() == [0, 10, 20, 30, 40, 40]
    assert not freeze(frames, np.ones(6, dtype=bool)).any()


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    loaded = LoadedCheckpoint(SPEC, "00" * 32, tiny_network())
    return Network(loaded, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def scene(network: Network) -> Scene:
    generator = np.random.default_rng(0)
    frames = generator.integers(0, 255, (32, 48, 48, 3), dtype=np.uint8)
    frames[:16] //= 4
    splice = Splice("A | B", Sure(0, 2, 0.9), Sure(1, 3, 0.9), 32, 0, 16)
    return explained(network, splice, frames)


def test_grad_cams_own_call_is_the_packages(network: Network, scene: Scene) -> None:
    plain = network.checkpoint.network
    clip = torch.from_numpy(network.input_of(scene.frames)).requires_grad_()
    with GradCAM(model=LogitsAlone(plain), target_layers=[plain.last_stage]) as cam:
        theirs = cam(clip, [ClassifierOutputTarget(2)])[0].mean(axis=(1, 2))
    drawn_here = own_call("grad-cam")(network, scene, 2)
    assert theirs.shape == drawn_here.shape
    np.testing.assert_allclose(drawn_here, theirs, atol=0.02)


def test_ways_have_a_value_for_every_frame(network: Network, scene: Scene) -> None:
    way = ours(True, "contrast")
    curve = way(network, scene, 2)
    assert curve.shape == (32,)
    np.testing.assert_allclose(shifted(way)(network, scene, 2), np.roll(curve, 16))
    assert half_pixel(network, scene, 2).shape == (32,)
    assert centre(network, scene, 2).argmax() in (15, 16)
    assert np.ptp(uniform(network, scene, 2)) == 0
    coarse = ours(False, "raw")(network, scene, 2)
    own_steps = scene.evidence[2, 0, :: network.every]
    np.testing.assert_allclose(coarse[[0, 8, 16, 24]], own_steps, rtol=1e-4)
    assert scene.error < 1e-3


def test_a_scene_longer_than_a_clip_is_seen_in_clips_that_overlap(network: Network) -> None:
    frames = np.zeros((64, 48, 48, 3), np.uint8)
    splice = Splice("A | B", Sure(0, 2, 0.9), Sure(1, 3, 0.9), 64, 0, 32)
    long = explained(network, splice, frames)
    assert long.starts == (0, 20, 32)
    assert ours(True, "raw")(network, long, 2).shape == (64,)


def test_clips_are_decoded_once(shared_dir: Path, tmp_path: Path) -> None:
    wanted = [one for one in sources(shared_dir / "data") if one.path.name == "mmaction2-demo.mp4"]
    (clip,) = real_clips(wanted, SPEC, tmp_path)
    assert clip.frames.shape == (40, 48, 48, 3)
    (kept,) = tmp_path.iterdir()
    written = kept.stat().st_mtime_ns
    (again,) = real_clips(wanted, SPEC, tmp_path)
    np.testing.assert_array_equal(again.frames, clip.frames)
    assert kept.stat().st_mtime_ns == written
    np.testing.assert_array_equal(clip.window(2)[:30], clip.window()[2:])
