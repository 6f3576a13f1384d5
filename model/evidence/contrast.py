"""Each class against the others: what speaks for it that does not speak for all of them.

Raw evidence of this kind of network is positive for every likely class nearly everywhere and weak
at the ends of clips. What all classes have in common drops out of a difference (Finer-CAM for a
linear head: Zhang et al., CVPR 2025).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.inference.prediction import Evidence

RIVALS = 5


def contrast_curves(evidence: Evidence) -> NDArray[np.float32]:
    """[k, S] in logits: bias and evidence of each class less the mean of the other leading ones.

    The leading ones are the first five; a class beyond them is set against the first four. Above 0
    a moment speaks for the class rather than the others; all on one scale.
    """
    biases = np.array(evidence.biases or [0.0] * len(evidence.volume), dtype=np.float32)
    return _against_others(evidence.curves + biases[:, None])


def contrast_map(evidence: Evidence, row: int) -> NDArray[np.float32]:
    """[S, H', W'] in logits: the same cell by cell for one row of `Prediction.top`; its mean over
    the cells is that row of `contrast_curves`."""
    biases = np.array(evidence.biases or [0.0] * len(evidence.volume), dtype=np.float32)
    rows = _rivals(row, len(evidence.volume))
    own: NDArray[np.float32] = evidence.volume[row].astype(np.float32) + biases[row]
    if not rows:
        return own
    others = evidence.volume[rows].astype(np.float32).mean(axis=0) + biases[rows].mean()
    contrast: NDArray[np.float32] = own - others
    return contrast


def _against_others(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """[k, S]: each row less the mean of its rivals."""
    contrasts = scores.copy()
    for row in range(len(scores)):
        if rows := _rivals(row, len(scores)):
            contrasts[row] -= scores[rows].mean(axis=0)
    return contrasts


def _rivals(row: int, classes: int) -> list[int]:
    return [other for other in range(min(classes, RIVALS)) if other != row][: RIVALS - 1]
