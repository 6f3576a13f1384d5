"""One clip through the network: its answer, and the evidence for every class at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.errors import CheckpointError
from model.inference.engines.engine import Activations, Engine
from model.inference.protocols import Plan
from model.inference.saliency import Head, believable_evidence
from model.video.transforms import to_input
from model.weights.spec import ModelSpec


@dataclass(frozen=True, slots=True)
class ClipAnswer:
    """What the network said about one clip.

    `logits` float32 [views, classes]; `evidence` float32 [classes, T', H', W'] of the explained
    view, None if it does not add up to the logits.
    """

    logits: NDArray[np.float32]
    evidence: NDArray[np.float32] | None


def look(
    engine: Engine, spec: ModelSpec, head: Head, plan: Plan, frames: NDArray[np.uint8]
) -> ClipAnswer:
    """The answer for one clip's frames uint8 [T, H, W, 3], in every crop of the plan.

    Raises `CheckpointError` if the network computes something that is not a number.
    """
    scale = spec.normalisation
    views = np.stack([to_input(frames, box, scale.mean, scale.std) for box in plan.boxes])
    found = engine.run(views)
    if not np.isfinite(found.logits).all():
        raise CheckpointError(
            f"The model {spec.name} computes values that are not numbers: its weights are "
            "unusable; please choose or import another one."
        )
    explained = slice(plan.explained, plan.explained + 1)
    view = Activations(found.logits[explained], found.features[explained], found.every)
    evidence = believable_evidence(view, head, range(len(spec.labels)))
    return ClipAnswer(found.logits, None if evidence is None else evidence[:, 0])


def mirror(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Frames [T, H, W, 3] with left and right exchanged."""
    return frames[:, :, ::-1]


def turned_back(found: ClipAnswer) -> ClipAnswer:
    """What was found in mirrored frames, at its place in the video's own picture."""
    evidence = found.evidence
    return replace(found, evidence=None if evidence is None else evidence[..., ::-1])
