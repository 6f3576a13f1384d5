"""From the answers of the clips to the prediction for the video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelError
from model.inference.agreement import overlap_agreement
from model.inference.certainty import calibrated
from model.inference.completeness import adds_up, nothing_shown
from model.inference.looking import ClipAnswer
from model.inference.prediction import (
    Crop,
    Evidence,
    Prediction,
    ProtocolName,
    Score,
    Span,
    VideoFacts,
)
from model.inference.protocols import Plan, clip_span
from model.inference.timeline import (
    Averaging,
    ClipEvidence,
    average_views,
    merge_evidence,
    step_curve,
    unseen,
)
from model.network.video_network import Axis
from model.video.facts import VideoInfo
from model.video.transforms import CropBox
from model.weights.spec import ModelSpec

NOT_EXPLAINED = (
    "It cannot be shown where the model looked: its evidence does not add up to its answer."
)

HALF_A_PIXEL = 0.5  # pixel 0 reaches from 0 to 1


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of which model, and how its clips are averaged."""

    protocol: ProtocolName
    average: Averaging
    classes: tuple[int, ...]
    top_k: int


@dataclass(frozen=True, slots=True)
class Model:
    """What must be known of the network besides its engine.

    `centres`: where the feature cells look along (T, H, W); `biases` float32 [classes]; `every` as
    in `Activations`.
    """

    spec: ModelSpec
    version: str
    centres: tuple[Axis, Axis, Axis]
    biases: NDArray[np.float32]
    every: int = 1


def check_classes(classes: Sequence[int], spec: ModelSpec) -> None:
    """Raises `ModelError` unless the model knows all these class numbers."""
    for index in classes:
        if not 0 <= index < len(spec.labels):
            raise ModelError(
                f"The model {spec.name} has no class number {index}; it knows the numbers 0 to "
                f"{len(spec.labels) - 1}."
            )


def answer(
    question: Question,
    model: Model,
    info: VideoInfo,
    plan: Plan,
    clips: Sequence[ClipAnswer],
    notes: Sequence[str],
) -> Prediction:
    """The prediction from the answers of all clips, in the order of the plan."""
    logits, averaged = average_views(
        np.concatenate([clip.logits for clip in clips]), question.average
    )
    kept = _kept(averaged, question)
    # the other protocols are for comparison with what others measured, by bare probabilities
    calibration = model.spec.calibration if question.protocol == "auto" else None
    by_clip = [average_views(clip.logits, question.average)[1] for clip in clips]
    probabilities = calibrated(averaged, calibration)
    rows = plan.sampling.frame_inds
    spans = tuple(clip_span(row, info) for row in rows)
    evidence = _evidence(model, info, plan, clips, kept, spans)
    explained = () if len(evidence.seconds) else (NOT_EXPLAINED,)
    return Prediction(
        version=model.version,
        model=model.spec.name,
        protocol=question.protocol,
        video=_facts(info),
        top=tuple(
            Score(
                index, model.spec.labels[index], float(probabilities[index]), float(logits[index])
            )
            for index in kept
        ),
        logits=logits,
        probabilities=probabilities,
        clips=spans,
        frame_inds=rows,
        timeline=step_curve(spans, calibrated(np.stack(by_clip), calibration)[:, kept]),
        evidence=evidence,
        crop=Crop(*plan.explained_box.fractions),
        notes=(*notes, *plan.sampling.notes, *explained),
        calibration=calibration,
        taught_from=model.spec.taught_from,
        features=np.mean([clip.features for clip in clips], axis=0, dtype=np.float32),
    )


def _kept(probabilities: NDArray[np.float32], question: Question) -> list[int]:
    """The most probable classes, then those that were asked for, each once."""
    best = np.argsort(-probabilities, kind="stable")[: question.top_k]
    return list(dict.fromkeys([*map(int, best), *question.classes]))


def _evidence(
    model: Model,
    info: VideoInfo,
    plan: Plan,
    clips: Sequence[ClipAnswer],
    kept: list[int],
    spans: Sequence[Span],
) -> Evidence:
    """Nothing at all if any clip's evidence is not to be believed: half a map would mislead."""
    gaps = unseen(spans, 0.0, info.duration_s)
    known = [clip.evidence for clip in clips if clip.evidence is not None]
    if len(known) < len(clips):
        return nothing_shown(len(kept), gaps)
    time, height, width = model.centres
    rows = plan.sampling.frame_inds
    steps, clip_len = known[0].shape[1], rows.shape[1]
    centres = np.clip(time.first + time.step * np.arange(steps), 0, clip_len - 1)
    # the frame in the middle of what a step looks at, at its own time, never at frame / fps
    times = info.pts_s[rows[:, np.rint(centres).astype(np.int64)]]
    by_clip = [ClipEvidence(t, seen[kept]) for t, seen in zip(times, known, strict=True)]
    merged = merge_evidence(by_clip, every=model.every)
    evidence = Evidence(
        seconds=merged.seconds,
        volume=merged.volume.astype(np.float16),
        gaps=gaps,
        area=_area(plan.explained_box, height, width, merged.volume.shape[2:]),
        biases=tuple(float(model.biases[index]) for index in kept),
        weights=merged.weights,
        logits=_explained_logits(plan, clips, kept),
        agreement=overlap_agreement(by_clip),
    )
    return evidence if adds_up(evidence) else nothing_shown(len(kept), gaps)


def _explained_logits(
    plan: Plan, clips: Sequence[ClipAnswer], kept: list[int]
) -> tuple[float, ...]:
    logits = np.stack([clip.logits[plan.explained] for clip in clips]).astype(np.float64)
    return tuple(map(float, logits.mean(axis=0)[kept]))


def _area(box: CropBox, height: Axis, width: Axis, cells: tuple[int, ...]) -> Crop:
    """The rectangle that the cells divide evenly, each around the middle of what it looks at."""
    rows, columns = cells
    return Crop(
        x=(box.left + width.first + HALF_A_PIXEL - width.step / 2) / box.width,
        y=(box.top + height.first + HALF_A_PIXEL - height.step / 2) / box.height,
        width=columns * width.step / box.width,
        height=rows * height.step / box.height,
    )


def _facts(info: VideoInfo) -> VideoFacts:
    return VideoFacts(
        duration_s=info.duration_s,
        fps=info.fps,
        frames=info.frames,
        width=info.width,
        height=info.height,
        browser_safe=info.browser_safe,
    )
