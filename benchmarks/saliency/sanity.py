"""Does a curve change when it should, and stay when it should? Measures M8 to M12."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.saliency.clips import RealClip
from benchmarks.saliency.measures import interval
from benchmarks.saliency.scenes import Network, Scene, explained
from benchmarks.saliency.splices import Splice, Sure
from benchmarks.saliency.ways import Way, ours
from model.inference.agreement import spearman
from model.inference.saliency import class_evidence
from model.network.atrous import open_in_time

CONTRAST: Way = ours(True, "contrast")
SHIFT = 4  # sampled frames each way: twice that between two begins


def print_sanity(
    network: Network, clips: Sequence[RealClip], sure: Sequence[Sure], *, seeds: int
) -> None:
    """One line a measure, over the clips that the network is sure of; `seeds` random networks."""
    whole = [_whole(network, clips[one.clip].window(), one) for one in sure]
    curves = [CONTRAST(network, scene, scene.splice.a.index) for scene in whole]
    lines = {
        "repeated: picture mirrored": _mirrored(network, whole, curves),
        "repeated: begun 2 frames later": _begun_later(network, clips, sure, curves),
        "class sensitivity (raw, another class)": _other_class(network, whole),
        "another head, random weights": _random_heads(network, whole, curves, seeds),
        "head and last stage random": _random_stages(network, whole[:6], curves, seeds),
    }
    print(f"\nRank correlation of the contrast curve, T=8, {len(whole)} clips")
    for name, values in lines.items():
        known = values[~np.isnan(values)]
        mean, low, high = interval(known)
        print(
            f"{name:42} median {np.median(known):+.2f}  mean {mean:+.2f} ({low:+.2f} to "
            f"{high:+.2f})  mean |rho| {np.abs(known).mean():.2f}",
            flush=True,
        )
    _print_equivariance(network, clips, sure)
    print(f"Completeness: largest relative error {max(scene.error for scene in whole):.1e}")


def _whole(network: Network, frames: NDArray[np.uint8], one: Sure) -> Scene:
    splice = Splice("A | still", one, None, len(frames), 0, len(frames))
    return explained(network, splice, frames)


def _mirrored(
    network: Network, whole: Sequence[Scene], curves: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    found = []
    for scene, curve in zip(whole, curves, strict=True):
        again = explained(network, scene.splice, scene.frames[:, :, ::-1])
        again = replace(again, top=scene.top)
        found.append(spearman(curve, CONTRAST(network, again, scene.splice.a.index)))
    return np.array(found)


def _begun_later(
    network: Network,
    clips: Sequence[RealClip],
    sure: Sequence[Sure],
    curves: Sequence[NDArray[np.float64]],
) -> NDArray[np.float64]:
    found = []
    for one, curve in zip(sure, curves, strict=True):
        again = _whole(network, clips[one.clip].window(2), one)
        later = CONTRAST(network, again, one.index)
        found.append(spearman(curve[2:], later[:-2]))
    return np.array(found)


def _other_class(network: Network, whole: Sequence[Scene]) -> NDArray[np.float64]:
    random = np.random.default_rng(0)
    raw = ours(True, "raw")
    found = []
    for scene in whole:
        other = int(random.integers(len(scene.evidence)))
        if other not in scene.top[:5]:
            curves = [raw(network, scene, index) for index in (scene.splice.a.index, other)]
            found.append(spearman(*curves))
    return np.array(found)


def _random_heads(
    network: Network,
    whole: Sequence[Scene],
    curves: Sequence[NDArray[np.float64]],
    seeds: int,
) -> NDArray[np.float64]:
    """The class's and its rivals' weights drawn anew, as large as they were."""
    weight = network.head.weight
    found = []
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        drawn = random.standard_normal(weight.shape).astype(np.float32) * weight.std()
        for scene, curve in zip(whole, curves, strict=True):
            steps = np.einsum("kc,nct->knt", drawn, scene.features.mean(axis=(3, 4)))
            again = replace(scene, evidence=steps)
            found.append(spearman(curve, CONTRAST(network, again, scene.splice.a.index)))
    return np.array(found)


@torch.inference_mode()
def _random_stages(
    network: Network,
    whole: Sequence[Scene],
    curves: Sequence[NDArray[np.float64]],
    seeds: int,
) -> NDArray[np.float64]:
    plain = network.checkpoint.network
    before = [plain.trunk(torch.from_numpy(network.input_of(scene.frames))) for scene in whole]
    found = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        stage = copy.deepcopy(plain.last_stage)
        for module in stage.modules():
            if isinstance(module, nn.Conv3d):
                module.reset_parameters()
        opened = open_in_time(stage)
        weight = torch.randn(network.head.weight.shape) * float(network.head.weight.std())
        for scene, features, curve in zip(whole, before, curves, strict=False):
            head = replace(network.head, weight=weight.numpy())
            maps = class_evidence(opened(features).numpy(), head, range(len(weight)))
            again = replace(scene, evidence=maps.mean(axis=(3, 4)))
            found.append(spearman(curve, CONTRAST(network, again, scene.splice.a.index)))
    return np.array(found)


def _print_equivariance(network: Network, clips: Sequence[RealClip], sure: Sequence[Sure]) -> None:
    """M11: begun eight frames later, the curve must lie eight frames earlier, within one step.

    Of clips that show one action throughout, and of two clips cut together (A over B).
    """
    step = network.time.step
    alone, cut = [], []
    for number, one in enumerate(sure):
        windows = [clips[one.clip].window(shift) for shift in (-SHIFT, SHIFT)]
        alone.append(_lag(*(_contrast_of(network, frames, one) for frames in windows)))
        other = next(b for b in [*sure[number:], *sure] if b.index != one.index)
        joined = np.concatenate(
            (clips[one.clip].frames[: 16 + SHIFT], clips[other.clip].frames[-16 - SHIFT :])
        )
        length = network.spec.clip_len
        views = (joined[:length], joined[2 * SHIFT :])
        cut.append(_lag(*(_over(network, frames, one, other) for frames in views)))
    for name, lags in (("one action", alone), ("A | B", cut)):
        off = np.abs(np.array(lags) - 2 * SHIFT)
        mean, low, high = interval((off <= step).astype(float))
        print(
            f"Shift equivariance, {name}: begun {2 * SHIFT} frames later, found within one step of "
            f"{step:.0f} frames in {mean:.0%} ({low:.0%}-{high:.0%}) of {len(lags)}; "
            f"median error {np.median(off):.0f} frames",
            flush=True,
        )


def _contrast_of(network: Network, frames: NDArray[np.uint8], one: Sure) -> NDArray[np.float64]:
    return CONTRAST(network, _whole(network, frames, one), one.index)


def _over(
    network: Network, frames: NDArray[np.uint8], one: Sure, other: Sure
) -> NDArray[np.float64]:
    scene = _whole(network, frames, one)
    raw = ours(True, "raw")
    return raw(network, scene, one.index) - raw(network, scene, other.index)


def _lag(early: NDArray[np.float64], late: NDArray[np.float64]) -> int:
    """By how many frames, 0 to 16, the late curve must be moved to be most like the early one."""
    scores = [np.corrcoef(early[lag:], late[: len(late) - lag])[0, 1] for lag in range(17)]
    return int(np.argmax(scores))
