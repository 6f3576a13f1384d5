"""Clips through the network: their answers, and the evidence for every class at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from model.errors import CheckpointError
from model.inference.engines.engine import Activations, Engine, PictureEngine
from model.inference.protocols import Plan
from model.inference.saliency import Head, believable_evidence
from model.video.transforms import cropped, to_input
from model.weights.spec import ModelSpec


@dataclass(frozen=True, slots=True)
class ClipAnswer:
    """What the network said about one clip.

    `logits` float32 [views, classes]; `evidence` float32 [classes, T', H', W'] of the explained
    view, None if it does not add up to the logits. `features` float32 [C]: the last stage's output
    for that view, averaged over time and space.
    """

    logits: NDArray[np.float32]
    evidence: NDArray[np.float32] | None
    features: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))


def look(
    engine: Engine,
    spec: ModelSpec,
    head: Head,
    plan: Plan,
    clips: Sequence[NDArray[np.uint8]],
) -> list[ClipAnswer]:
    """The answers for clips, frames uint8 [T, H, W, 3] each, in every crop of the plan.

    Raises `CheckpointError` if the network computes something that is not a number.
    """
    found = _run(engine, spec, plan, clips)
    if not np.isfinite(found.logits).all():
        raise CheckpointError(
            f"The model {spec.name} computes values that are not numbers: its weights are "
            "unusable; please choose or import another one."
        )
    views = len(plan.boxes)
    return [
        _one(found, head, start, views, plan.explained)
        for start in range(0, len(clips) * views, views)
    ]


def _run(
    engine: Engine, spec: ModelSpec, plan: Plan, clips: Sequence[NDArray[np.uint8]]
) -> Activations:
    """All views of all clips at once, view after view of the first clip first."""
    views = [(frames, box) for frames in clips for box in plan.boxes]
    if isinstance(engine, PictureEngine):
        return engine.run_pictures(np.stack([cropped(frames, box) for frames, box in views]))
    scale = spec.normalisation
    return engine.run(
        np.stack([to_input(frames, box, scale.mean, scale.std) for frames, box in views])
    )


def _one(found: Activations, head: Head, start: int, views: int, explained: int) -> ClipAnswer:
    """The answer of the clip whose views begin at `start`."""
    shown = slice(start + explained, start + explained + 1)
    view = Activations(found.logits[shown], found.features[shown], found.every)
    evidence = believable_evidence(view, head, range(len(head.bias)))
    logits = found.logits[start : start + views]
    # the steps that the logits come from: however fine the evidence is, it is the same
    seen = found.features[start + explained][:, :: found.every]
    features = seen.mean(axis=(1, 2, 3), dtype=np.float32)
    return ClipAnswer(logits, None if evidence is None else evidence[:, 0], features)


def mirror(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Frames [T, H, W, 3] with left and right exchanged."""
    return frames[:, :, ::-1]


def turned_back(found: ClipAnswer) -> ClipAnswer:
    """What was found in mirrored frames, at its place in the video's own picture."""
    evidence = found.evidence
    return replace(found, evidence=None if evidence is None else evidence[..., ::-1])
