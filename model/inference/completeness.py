"""Does the evidence of the whole video add up to the answer? What does not is never shown."""

from __future__ import annotations

import numpy as np

from model.inference.prediction import Evidence, Span
from model.inference.saliency import COMPLETENESS_LIMIT


def adds_up(evidence: Evidence) -> bool:
    """Whether every class's bias and weighted evidence are its logit, and all is finite.

    The error may be `COMPLETENESS_LIMIT` of the largest logit or evidence: evidence that cancels
    out may be far larger than what it leaves, and is kept in 16 bit. False for evidence without
    weights, which is how answers were once stored.
    """
    if len(evidence.weights) != len(evidence.seconds) or not len(evidence.seconds):
        return False
    shared_out = evidence.curves.astype(np.float64) @ evidence.weights + np.array(evidence.biases)
    logits = np.array(evidence.logits)
    if shared_out.shape != logits.shape:
        return False
    error = np.abs(shared_out - logits).max(initial=0.0)
    largest = max(float(np.abs(values).max(initial=1.0)) for values in (logits, evidence.volume))
    whole = error <= COMPLETENESS_LIMIT * largest
    return bool(whole and np.isfinite(evidence.volume).all())


def nothing_shown(classes: int, gaps: tuple[Span, ...]) -> Evidence:
    """Evidence of so many classes that shows nothing."""
    return Evidence(np.empty(0), np.empty((classes, 0, 1, 1), np.float16), gaps)
