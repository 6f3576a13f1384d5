"""Splices as the network sees them: clips, scores and features, as a prediction would take them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.saliency.clips import RealClip
from benchmarks.saliency.splices import Kind, Splice, Sure, drawn
from model.inference.engines.engine import Activations
from model.inference.running import RunningModel, start
from model.inference.saliency import Head, class_evidence, completeness_error
from model.inference.timeline import average_views, softmax
from model.network.video_network import Axis
from model.video.transforms import CropBox, to_input
from model.weights.checkpoint import LoadedCheckpoint

SURE = 0.3  # least probability of a clip whose label is known
SURE_UNLABELLED = 0.5  # and of one whose label nobody knows
MOST_OF_A_CLASS = 4
HOP = 20  # sampled frames from clip to clip, as `sample_auto` has it


class Network:
    """A checkpoint with finer steps; every second of its steps is the plain network's own."""

    def __init__(self, checkpoint: LoadedCheckpoint, cache: Path) -> None:
        self.checkpoint = checkpoint
        self.spec = checkpoint.spec
        self.running: RunningModel = start(checkpoint, "auto", cache, opened=1)
        self.every = self.running.every
        size = (self.spec.clip_len, self.spec.crop, self.spec.crop)
        self.time: Axis = self.running.network.centres(size)[0]
        self.forwards = 0

    @property
    def head(self) -> Head:
        """The linear classifier."""
        return self.running.head

    def input_of(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Frames uint8 [T, crop, crop, 3] as the network wants them, [1, 3, T, crop, crop]."""
        crop, scale = self.spec.crop, self.spec.normalisation
        box = CropBox(0, 0, crop, crop, crop)
        return to_input(frames, box, scale.mean, scale.std)[None]

    def run(self, frames: NDArray[np.uint8]) -> Activations:
        """One clip of frames through the network."""
        self.forwards += 1
        return self.running.engine.run(self.input_of(frames))

    def probability(self, frames: NDArray[np.uint8], index: int) -> float:
        """What the network gives to one class for one clip."""
        return float(softmax(self.run(frames).logits)[0, index])


@dataclass(frozen=True, slots=True)
class Scene:
    """A splice and what the network computed for its clips.

    `starts` [N] are the clips' first frames; `logits` [N, classes]; `features` float32
    [N, C, T', H', W'] with finer steps; `evidence` float32 [classes, N, T'], biases included;
    `top` the most probable classes of the whole splice; `error` the completeness error.
    """

    splice: Splice
    frames: NDArray[np.uint8]
    starts: tuple[int, ...]
    logits: NDArray[np.float32]
    features: NDArray[np.float32]
    evidence: NDArray[np.float32]
    top: tuple[int, ...]
    error: float


def answers_of(network: Network, clips: Sequence[RealClip], cache: Path) -> NDArray[np.float64]:
    """Probabilities [clips, classes] of every clip, kept for the same clips and weights."""
    names = "".join(str(clip.source.path) for clip in clips)
    key = hashlib.sha256((network.checkpoint.sha256 + names).encode()).hexdigest()[:24]
    place = cache / f"{key}.npy"
    if not place.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        found = [softmax(network.run(clip.window()).logits)[0] for clip in clips]
        np.save(place, np.stack(found))
    probabilities: NDArray[np.float64] = np.load(place)
    return probabilities


def sure_clips(network: Network, clips: Sequence[RealClip], cache: Path) -> tuple[list[Sure], int]:
    """Clips whose class the network gives, at most four of a class, the surest first; and how
    many of them have that class as their known label. A clip with another known label is not one.
    """
    labels = network.spec.labels
    found = []
    answers = answers_of(network, clips, cache)
    for number, (clip, probabilities) in enumerate(zip(clips, answers, strict=True)):
        index = int(probabilities.argmax())
        known = clip.source.label
        least = SURE if known else SURE_UNLABELLED
        kinetics = bool(known) or clip.source.path.parent.name == "clips"
        if kinetics and known in ("", labels[index]) and probabilities[index] > least:
            found.append((Sure(number, index, float(probabilities[index])), bool(known)))
    found.sort(key=lambda item: -item[0].probability)
    kept: list[Sure] = []
    right = 0
    for sure, is_right in found:
        if sum(one.index == sure.index for one in kept) < MOST_OF_A_CLASS:
            kept.append(sure)
            right += is_right
    return kept, right


def scenes_of(
    kind: Kind,
    network: Network,
    clips: Sequence[RealClip],
    sure: Sequence[Sure],
    wanted: int,
    length: int,
) -> list[Scene]:
    """Up to `wanted` splices in which the network still has what it must find among its first
    five classes; at most six times as many are tried."""
    pictures = [clip.frames for clip in clips]
    found: list[Scene] = []
    seed = 100 * length + len(kind)
    for splice in drawn(kind, sure, 6 * wanted, length, seed):
        if len(found) == wanted:
            break
        scene = explained(network, splice, splice.frames(pictures))
        needed = {splice.a.index} | ({splice.b.index} if kind == "A | B" and splice.b else set())
        if needed <= set(scene.top[:5]):
            found.append(scene)
    return found


def explained(network: Network, splice: Splice, frames: NDArray[np.uint8]) -> Scene:
    """The network's view of these frames."""
    size = network.spec.clip_len
    starts = (*range(0, len(frames) - size, HOP), len(frames) - size)
    found = [network.run(frames[start : start + size]) for start in starts]
    logits = np.concatenate([one.logits for one in found])
    features = np.concatenate([one.features for one in found])
    classes = range(len(network.spec.labels))
    maps = class_evidence(features, network.head, classes)
    error = completeness_error(maps[:, :, :: network.every], logits, network.head, classes)
    _, probabilities = average_views(logits, "prob")
    order = tuple(int(index) for index in np.argsort(-probabilities, kind="stable")[:20])
    curves = maps.mean(axis=(3, 4)) + network.head.bias[:, None, None]
    return Scene(splice, frames, starts, logits, features, curves, order, error)
