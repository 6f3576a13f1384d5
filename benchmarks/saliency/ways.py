"""Every way to draw a curve over time: ours, other tools', and those that know nothing.

A way takes a scene and a class and gives a curve over all frames of the splice. `A over B` is the
difference of two classes' curves, except where a way has one of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pytorch_grad_cam.utils.image import scale_cam_image
from scipy.ndimage import zoom

from benchmarks.saliency.scenes import Network, Scene
from model.evidence.methods import Method, earlier_stage, head_gradients, method_map
from model.inference.timeline import ClipEvidence, merge_evidence
from model.network.centres import centres_of

Curve = NDArray[np.float64]
Way = Callable[[Network, Scene, int], Curve]
COARSE = 24  # cells to which other tools' maps are resized in space, for speed; time is as theirs
WINDOW = 4  # frames that occlusion freezes at once


def ours(fine: bool, view: str) -> Way:
    """Evidence merged as a prediction merges it: `raw`, `contrast` or `softmax` (each step)."""

    def way(network: Network, scene: Scene, index: int) -> Curve:
        rows = [index, *[other for other in scene.top[:5] if other != index][:4]]
        if view == "softmax":
            shifted = scene.evidence - scene.evidence.max(axis=0)
            log_sum = np.log(np.exp(shifted).sum(axis=0))
            by_step = np.exp(shifted[index] - log_sum)[None]
            return merged(network, scene, by_step, fine)[0]
        curves = merged(network, scene, scene.evidence[rows], fine)
        return curves[0] - curves[1:].mean(axis=0) if view == "contrast" else curves[0]

    return way


def merged(
    network: Network, scene: Scene, steps: NDArray[np.floating], fine: bool
) -> NDArray[np.float64]:
    """Curves [k, frames] from the clips' steps [k, N, T']; coarse keeps the network's own steps."""
    stride = 1 if fine else network.every
    steps = steps[:, :, ::stride]
    centres = network.time.first + network.time.step * stride * np.arange(steps.shape[2])
    centres = np.clip(np.rint(centres), 0, network.spec.clip_len - 1)
    clips = [
        ClipEvidence(start + centres, steps[:, number, :, None, None].astype(np.float32))
        for number, start in enumerate(scene.starts)
    ]
    found = merge_evidence(clips, every=network.every // stride)
    frames = np.arange(len(scene.frames))
    return np.stack([np.interp(frames, found.seconds, row) for row in found.volume[:, :, 0, 0]])


def own_call(method: Method) -> Way:
    """The package's `__call__`: cut at zero, stretched to 0..1 twice, `zoom`ed to all frames."""

    def way(network: Network, scene: Scene, index: int) -> Curve:
        maps = _plain_map(method, network, scene, index)
        size = (COARSE, COARSE, network.spec.clip_len)
        drawn = scale_cam_image(np.maximum(maps, 0), size)
        drawn = scale_cam_image(np.maximum(drawn, 0))
        return _end_to_end(scene, drawn.mean(axis=(2, 3)))

    return way


def half_pixel(network: Network, scene: Scene, index: int) -> Curve:
    """MMAction2's and PySlowFast's way: cut at zero, stretched to 0..1 for each clip, and resized
    as pixels are, so that step j of T' lies at (j + 1/2) T / T' - 1/2 of T frames."""
    maps = np.maximum(_plain_map("grad-cam", network, scene, index), 0)
    low, high = maps.min(axis=(1, 2, 3)), maps.max(axis=(1, 2, 3))
    stretched = (maps - low[:, None, None, None]) / (high - low + 1e-7)[:, None, None, None]
    length = network.spec.clip_len
    steps = stretched.shape[1]
    places = (np.arange(steps) + 0.5) * length / steps - 0.5
    curves = [np.interp(np.arange(length), places, row) for row in stretched.mean(axis=(2, 3))]
    return _end_to_end(scene, np.stack(curves))


def raw_method(method: Method) -> Way:
    """A method's map at the last stage, neither cut nor stretched, placed and merged as ours."""

    def way(network: Network, scene: Scene, index: int) -> Curve:
        gradients = head_gradients(network.head, index, scene.features)
        maps = method_map(method, scene.features, gradients)
        return merged(network, scene, maps.mean(axis=(2, 3))[None], fine=True)[0]

    return way


def stage_before(method: Method) -> Way:
    """A method's map one stage earlier, through a pass backward; one clip, neither cut nor
    stretched, placed where those cells look."""

    def way(network: Network, scene: Scene, index: int) -> Curve:
        plain = network.checkpoint.network
        clip = network.input_of(scene.frames)
        features, gradients = earlier_stage(plain, clip, [index])
        steps = method_map(method, features, gradients[0])[0].mean(axis=(1, 2))
        time = centres_of([*plain.trunk], (clip.shape[2], clip.shape[3], clip.shape[4]))[0]
        centres = time.first + time.step * np.arange(len(steps))
        return np.interp(np.arange(len(scene.frames)), centres, steps)

    return way


def occlusion(network: Network, scene: Scene, index: int) -> Curve:
    """How much of the class's log probability is lost when four frames are frozen; one clip."""
    length = len(scene.frames)
    before = np.log(network.probability(scene.frames, index) + 1e-9)
    lost = []
    for start in range(0, length, WINDOW):
        frozen = scene.frames.copy()
        frozen[start : start + WINDOW] = scene.frames[max(start - 1, 0)]
        if start == 0:
            frozen[:WINDOW] = scene.frames[WINDOW]
        lost.append(before - np.log(network.probability(frozen, index) + 1e-9))
    return np.repeat(np.array(lost, dtype=np.float64), WINDOW)


def frame_difference(network: Network, scene: Scene, index: int) -> Curve:
    """How much the picture changes; knows no network and no class."""
    del network, index
    small = scene.frames[:, ::4, ::4].astype(np.int16)
    change = np.abs(np.diff(small, axis=0)).mean(axis=(1, 2, 3))
    return np.concatenate((change[:1], change)) + np.concatenate((change, change[-1:]))


def uniform(network: Network, scene: Scene, index: int) -> Curve:
    """The same everywhere."""
    del network, index
    return np.zeros(len(scene.frames))


def centre(network: Network, scene: Scene, index: int) -> Curve:
    """The middle of the video."""
    del network, index
    frames = np.arange(len(scene.frames))
    return -np.abs(frames - frames.mean())


def at_random(network: Network, scene: Scene, index: int) -> Curve:
    """Smooth noise with as many steps as ours."""
    del network
    steps = scene.evidence.shape[2] * len(scene.starts)
    random = np.random.default_rng([scene.splice.a.clip, scene.splice.start, index])
    return zoom(random.standard_normal(steps), len(scene.frames) / steps, order=1)


def shifted(way: Way, turn: float = 0.5) -> Way:
    """A way's curve begun elsewhere: as smooth, but at the wrong time."""

    def moved(network: Network, scene: Scene, index: int) -> Curve:
        curve = way(network, scene, index)
        return np.roll(curve, round(turn * len(curve)))

    return moved


def _plain_map(method: Method, network: Network, scene: Scene, index: int) -> NDArray[np.float32]:
    features = scene.features[:, :, :: network.every]
    return method_map(method, features, head_gradients(network.head, index, features))


def _end_to_end(scene: Scene, by_clip: NDArray[np.floating]) -> Curve:
    """Clips [N, T] pasted where they belong, their mean where they overlap."""
    total, count = np.zeros(len(scene.frames)), np.zeros(len(scene.frames))
    for start, curve in zip(scene.starts, by_clip, strict=True):
        total[start : start + len(curve)] += curve
        count[start : start + len(curve)] += 1
    return total / count


OURS: dict[str, Way] = {
    "evidence, T=4": ours(False, "raw"),
    "evidence, T=8": ours(True, "raw"),
    "contrast, T=4": ours(False, "contrast"),
    "contrast, T=8": ours(True, "contrast"),
    "softmax of each step, T=8": ours(True, "softmax"),
}
OTHERS: dict[str, Way] = {
    "Grad-CAM, own call": own_call("grad-cam"),
    "min-max, half-pixel": half_pixel,
    "HiResCAM, raw": raw_method("hirescam"),
    "LayerCAM, raw": raw_method("layercam"),
    "Grad-CAM++, raw": raw_method("grad-cam++"),
}
DEAR: dict[str, Way] = {
    "occlusion": occlusion,
    "Grad-CAM, stage before": stage_before("grad-cam"),
    "HiResCAM, stage before": stage_before("hirescam"),
    "LayerCAM, stage before": stage_before("layercam"),
    "Grad-CAM++, stage before": stage_before("grad-cam++"),
}
NULLS: dict[str, Way] = {
    "frame difference": frame_difference,
    "contrast, turned by half": shifted(ours(True, "contrast")),
    "random": at_random,
    "centre": centre,
    "uniform": uniform,
}
