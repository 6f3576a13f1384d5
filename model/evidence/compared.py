"""The same classes over the same video by different methods, each with what it took here.

Through `methods.py` on every clip that the answer came from, placed in time and merged as our own
evidence is, neither cut nor stretched: what differs then is the method alone.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from model.evidence.freeze_check import ChangingPredictor
from model.evidence.method_curves import WINDOWS, MethodCurves, Place, Way
from model.evidence.methods import METHODS, Method, earlier_stage, head_gradients, method_map
from model.inference.change import Change
from model.inference.prediction import OnProgress, Prediction, Span, Stage
from model.inference.protocols import Plan, plan, stream_clips
from model.inference.saliency import Head, class_evidence
from model.inference.timeline import ClipEvidence, merge_evidence
from model.network.atrous import open_in_time
from model.network.centres import centres_of
from model.network.staged import StagedNetwork
from model.network.video_network import Axis
from model.video.facts import VideoInfo, VideoLimits
from model.video.reader import VideoReader
from model.video.transforms import to_input
from model.weights.checkpoint import LoadedCheckpoint

CLIPS_SHARE = 0.25
"""Of the whole work: a clip with its gradients costs about as much as three looks at it."""


OURS = Way("closed form", "last stage", signed=True, adds_up=True)
OCCLUSION = Way("occlusion", "whole video", signed=True, adds_up=False)
SIGNED: tuple[Method, ...] = ("grad-cam", "hirescam")
"""The others multiply what is positive by what is positive."""


def compare_methods(
    checkpoint: LoadedCheckpoint,
    predictor: ChangingPredictor,
    video: Path,
    prediction: Prediction,
    *,
    limits: VideoLimits | None = None,
    on_progress: OnProgress,
) -> tuple[MethodCurves, ...]:
    """Ours, four methods at two stages each, and occlusion, for the classes of `prediction`.

    See `on_clips` and `occlusion`. Raises what they raise.
    """

    def early(stage: Stage, share: float) -> None:
        on_progress(stage, CLIPS_SHARE * share)

    def late(stage: Stage, share: float) -> None:
        on_progress(stage, CLIPS_SHARE + (1 - CLIPS_SHARE) * share)

    drawn = on_clips(checkpoint, video, prediction, limits=limits, on_progress=early)
    return (*drawn, occlusion(predictor, video, prediction, on_progress=late))


def on_clips(
    checkpoint: LoadedCheckpoint,
    video: Path,
    prediction: Prediction,
    *,
    limits: VideoLimits | None = None,
    on_progress: OnProgress,
) -> tuple[MethodCurves, ...]:
    """Ours, as `prediction` has it, and the methods by gradients on the clips that it came from.

    What ours costs is measured on the same clips, by the last stage once more in finer steps.
    `checkpoint` is the version that gave `prediction` for `video`; nobody else uses its network
    meanwhile. Raises what `VideoReader` raises, and whatever `on_progress` does.
    """
    classes = [score.index for score in prediction.top]
    _import_before_any_clock_runs()
    drawn: dict[Way, _Drawn] = defaultdict(_Drawn)
    ours_s = 0.0
    with VideoReader(video, limits or VideoLimits()) as reader:
        planned = _plan_of(prediction, checkpoint, reader.info)
        rows = planned.sampling.frame_inds
        for done, (row, clip) in enumerate(_clips(reader, checkpoint, planned)):
            on_progress("looking", done / len(rows))
            for stage in _stages(checkpoint, clip, reader.info.pts_s[rows[row]], classes):
                ours_s += stage.ours_cost_s
                for way, maps, cost_s in _maps(stage):
                    drawn[way].add(row, stage.seconds, maps, cost_s)
    evidence = prediction.evidence
    ours = MethodCurves(OURS, evidence.seconds, evidence.curves, ours_s)
    in_order = sorted(drawn, key=lambda way: way.place != OURS.place)
    return (ours, *(drawn[way].merged(way) for way in in_order))


def occlusion(
    predictor: ChangingPredictor, video: Path, prediction: Prediction, *, on_progress: OnProgress
) -> MethodCurves:
    """What each class's logit loses when a part of the video is frozen, `WINDOWS` looks in all.

    `predictor` gave `prediction` for `video`. Raises what `predict` and `on_progress` raise.
    """
    edges = np.linspace(0.0, prediction.video.duration_s, WINDOWS + 1)
    windows = [Span(float(start), float(end)) for start, end in pairwise(edges)]
    before = np.array([score.logit for score in prediction.top])
    classes = [score.index for score in prediction.top]
    started = time.perf_counter()
    lost = []
    for number, window in enumerate(windows):

        def report(stage: Stage, share: float, done: int = number) -> None:
            del stage, share
            on_progress("looking", done / WINDOWS)

        again = predictor.predict(
            video,
            protocol=prediction.protocol,
            classes=classes,
            top_k=0,
            change=Change(frozen=(window,)),
            on_progress=report,
        )
        lost.append(before - np.array([score.logit for score in again.top]))
    cost_s = time.perf_counter() - started
    curves = np.stack(lost, axis=1).astype(np.float32)
    return MethodCurves(OCCLUSION, (edges[:-1] + edges[1:]) / 2, curves, cost_s)


@dataclass(frozen=True, slots=True)
class _Stage:
    """One clip at one stage: features [1, C, T', H', W'], the classes' gradients [k, ...] by them,
    the times [T'] of its steps, the seconds that the gradients took, and those of our own way."""

    place: Place
    features: NDArray[np.float32]
    gradients: NDArray[np.float32]
    seconds: NDArray[np.float64]
    cost_s: float
    ours_cost_s: float = 0.0


@dataclass(slots=True)
class _Drawn:
    """What a way drew so far, clip by clip, and the seconds it took."""

    clips: dict[int, ClipEvidence] = field(default_factory=dict)
    cost_s: float = 0.0

    def add(
        self, row: int, seconds: NDArray[np.float64], maps: NDArray[np.float32], cost_s: float
    ) -> None:
        """Adds the maps [k, T', H', W'] of one clip."""
        whole = maps.mean(axis=(2, 3), keepdims=True)
        self.clips[row] = ClipEvidence(seconds, whole)
        self.cost_s += cost_s

    def merged(self, way: Way) -> MethodCurves:
        merged = merge_evidence([self.clips[row] for row in sorted(self.clips)])
        return MethodCurves(way, merged.seconds, merged.volume[:, :, 0, 0], self.cost_s)


def _import_before_any_clock_runs() -> None:
    nothing = np.zeros((1, 1, 1, 1, 1), dtype=np.float32)
    for method in METHODS:
        method_map(method, nothing, nothing)


def _plan_of(prediction: Prediction, checkpoint: LoadedCheckpoint, info: VideoInfo) -> Plan:
    """The very clips that the answer came from."""
    rows = prediction.frame_inds
    usual = plan(prediction.protocol, checkpoint.spec, info, max_clips=len(rows))
    return replace(usual, sampling=replace(usual.sampling, frame_inds=rows))


def _clips(
    reader: VideoReader, checkpoint: LoadedCheckpoint, planned: Plan
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Number and network input [1, 3, T, H, W] of every clip."""
    rows, scale = planned.sampling.frame_inds, checkpoint.spec.normalisation
    frames = reader.frames(
        np.unique(rows).tolist(), short_side=planned.short_side, as_shown=planned.as_shown
    )
    for row, images in stream_clips(frames, rows):
        yield row, to_input(images, planned.explained_box, scale.mean, scale.std)[None]


def _stages(
    checkpoint: LoadedCheckpoint,
    clip: NDArray[np.float32],
    times: NDArray[np.float64],
    classes: Sequence[int],
) -> Iterator[_Stage]:
    """Both stages of a clip [1, 3, T, H, W] whose frames have the `times` [T]."""
    network = checkpoint.network
    head = Head(network.head.weight.numpy(force=True), network.head.bias.numpy(force=True))
    size = (clip.shape[2], clip.shape[3], clip.shape[4])
    started = time.perf_counter()
    before, gradients = earlier_stage(network, clip, classes)
    pass_s = time.perf_counter() - started
    axis = centres_of([*network.trunk], size)[0]
    yield _Stage("stage before", before, gradients, _seconds(axis, before, times), pass_s)
    with torch.no_grad():  # the answer itself has gone this way, so nobody is charged for it
        last = network.last_stage(torch.from_numpy(before)).numpy()
    ours_s = _closed_form_s(network, head, before, classes)
    started = time.perf_counter()
    gradients = np.stack([head_gradients(head, index, last) for index in classes])
    head_s = time.perf_counter() - started
    axis = network.centres(size)[0]
    yield _Stage("last stage", last, gradients, _seconds(axis, last, times), head_s, ours_s)


def _closed_form_s(
    network: StagedNetwork, head: Head, before: NDArray[np.float32], classes: Sequence[int]
) -> float:
    """Seconds for the evidence in finer steps from what goes into the last stage; at most, as the
    answer's own pass through that stage is not needed then."""
    opened = open_in_time(network.last_stage)
    started = time.perf_counter()
    with torch.no_grad():
        finer = opened(torch.from_numpy(before)).numpy()
    class_evidence(finer, head, classes)
    return time.perf_counter() - started


def _maps(stage: _Stage) -> Iterator[tuple[Way, NDArray[np.float32], float]]:
    """Way, maps [k, T', H', W'] times all their cells, and seconds, for every way at a stage."""
    cells = np.float32(np.prod(stage.features.shape[2:]))
    for method in METHODS:
        started = time.perf_counter()
        maps = [method_map(method, stage.features, one)[0] for one in stage.gradients]
        cost_s = stage.cost_s + time.perf_counter() - started
        signed = method in SIGNED
        adds_up = signed and stage.place == "last stage"
        way = Way(method, stage.place, signed=signed, adds_up=adds_up)
        yield way, np.stack(maps) * cells, cost_s


def _seconds(
    axis: Axis, features: NDArray[np.float32], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """When each of a clip's steps looks: the time of the frame in the middle of what it sees."""
    centres = np.clip(axis.first + axis.step * np.arange(features.shape[2]), 0, len(times) - 1)
    seconds: NDArray[np.float64] = times[np.rint(centres).astype(np.int64)]
    return seconds
