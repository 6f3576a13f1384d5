"""Answers made by hand, whose evidence adds up as a network's does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.inference.prediction import (
    WHOLE_PICTURE,
    Evidence,
    Prediction,
    Score,
    Span,
    Timeline,
    VideoFacts,
)
from model.inference.timeline import softmax

LABELS = ("ant", "bee", "cat", "dog", "eel", "fox", "gnu")


def answer_of(
    curves: NDArray[np.floating],
    *,
    weights: Sequence[float] | None = None,
    biases: Sequence[float] | None = None,
    gaps: tuple[Span, ...] = (),
    step_s: float = 1.0,
) -> Prediction:
    """An answer with these curves [k, S], a step every `step_s` seconds from half of it on.

    Every class's map is its curve's value plus something that averages out over 2 x 2 cells.
    """
    classes, steps = curves.shape
    share = np.full(steps, 1 / steps) if weights is None else np.array(weights, dtype=np.float64)
    bias = np.zeros(classes) if biases is None else np.array(biases, dtype=np.float64)
    ripple = np.array([[1.0, -1.0], [-2.0, 2.0]])
    volume = (curves[:, :, None, None] + ripple).astype(np.float16)
    exact = volume.astype(np.float64).mean(axis=(2, 3))
    logits = exact @ share + bias
    probabilities = softmax(logits)
    evidence = Evidence(
        seconds=step_s * (np.arange(steps, dtype=np.float64) + 0.5),
        volume=volume,
        gaps=gaps,
        biases=tuple(map(float, bias)),
        weights=share,
        logits=tuple(map(float, logits)),
    )
    top = tuple(
        Score(row, LABELS[row % 7], float(probabilities[row]), float(logits[row]))
        for row in range(classes)
    )
    whole = Span(0.0, steps * step_s)
    return Prediction(
        version="00" * 32,
        model="by hand",
        protocol="auto",
        video=VideoFacts(whole.end_s, 30.0, int(30 * whole.end_s), 96, 72, True),
        top=top,
        logits=logits.astype(np.float32),
        probabilities=probabilities.astype(np.float32),
        clips=(whole,),
        frame_inds=np.arange(32)[None],
        timeline=Timeline(np.array([0.0, whole.end_s]), probabilities[:, None].astype(np.float32)),
        evidence=evidence,
        crop=WHOLE_PICTURE,
        notes=(),
    )


def with_volume(answer: Prediction, volume: NDArray[np.floating]) -> Prediction:
    """The same answer with other evidence, whether or not that adds up."""
    evidence = replace(answer.evidence, volume=volume.astype(np.float16))
    return replace(answer, evidence=evidence)
