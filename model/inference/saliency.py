"""When and where a network saw each class: closed-form, signed class evidence.

The networks here end in an average over time and space and one linear layer. So the weights of a
class, applied to the features before the average, share its logit out over the cells exactly (CAM,
Zhou et al., CVPR 2016, eq. 1-2): no backward pass, all classes at once. Grad-CAM and HiResCAM at
this layer are the same map divided by the number of cells, before they cut and stretch it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.inference.engines.engine import Activations

COMPLETENESS_LIMIT = 1e-3
"""Largest relative error of the sharing out that is still believed; exact arithmetic gives 1e-6."""


@dataclass(frozen=True, slots=True)
class Head:
    """The linear classifier: `weight` float32 [classes, C], `bias` float32 [classes]."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


def class_evidence(
    features: NDArray[np.float32], head: Head, classes: Sequence[int]
) -> NDArray[np.float32]:
    """Evidence [k, N, T', H', W'] for `classes`, in logits, from features [N, C, T', H', W'].

    Signed and un-normalised: its mean over T', H', W' plus the class's bias is the class's logit.
    """
    n, channels, *grid = features.shape
    flat = features.reshape(n, channels, -1)
    evidence = np.matmul(head.weight[list(classes)], flat)  # [N, k, T'H'W']
    return np.ascontiguousarray(evidence.swapaxes(0, 1)).reshape(len(classes), n, *grid)


def completeness_error(
    evidence: NDArray[np.float32], logits: NDArray[np.float32], head: Head, classes: Sequence[int]
) -> float:
    """Largest |bias + mean evidence - logit|, relative to the clip's largest absolute logit.

    `evidence` [k, N, T', H', W'] on the steps that the logits were averaged over; `logits`
    [N, classes]. NaN or infinity if anything is not finite.
    """
    rows = list(classes)
    shared_out = evidence.astype(np.float64).mean(axis=(2, 3, 4)) + head.bias[rows, None]
    largest = np.maximum(np.abs(logits).max(axis=1), np.finfo(np.float32).tiny)
    error = np.abs(shared_out - logits[:, rows].T) / largest
    return float(error.max())


def believable_evidence(
    activations: Activations, head: Head, classes: Sequence[int]
) -> NDArray[np.float32] | None:
    """Class evidence [k, N, T', H', W'], or None where it does not add up to the answer.

    Nothing is better than a wrong map: features that are not finite, or that the logits were not
    made from, give None.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        evidence = class_evidence(activations.features, head, classes)
        answered = evidence[:, :, :: activations.every]
        error = completeness_error(answered, activations.logits, head, classes)
    whole = error <= COMPLETENESS_LIMIT and bool(np.isfinite(evidence).all())
    return evidence if whole else None
