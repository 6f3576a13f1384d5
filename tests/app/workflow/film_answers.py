"""Answers with evidence in one place at one time, for the tests of what is drawn of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.inference.prediction import Crop, Evidence, Prediction, Score, Span, Timeline, VideoFacts
from model.video.facts import VideoInfo

CELLS = 7
WHOLE = Crop(0.0, 0.0, 1.0, 1.0)


def hot(steps: int, step: int, cell: tuple[int, int], logits: float = 0.95) -> NDArray[np.float16]:
    """[2, steps, 7, 7]: evidence for the first class in one cell at one step, none elsewhere.

    A little less than the least scale, so that the colours have one peak.
    """
    volume = np.zeros((2, steps, CELLS, CELLS), np.float16)
    volume[0, step, cell[0], cell[1]] = logits
    return volume


def answer(
    volume: NDArray[np.float16],
    seconds: NDArray[np.float64],
    *,
    info: VideoInfo | None = None,
    gaps: tuple[Span, ...] = (),
    area: Crop = WHOLE,
    crop: Crop = WHOLE,
) -> Prediction:
    """An answer whose evidence adds up."""
    classes, steps = volume.shape[:2]
    weights = np.full(steps, 1 / steps)
    biases = (0.0,) * classes
    curves = volume.astype(np.float64).mean(axis=(2, 3))
    logits = tuple((curves @ weights + np.array(biases)).tolist())
    end_s = info.duration_s if info else float(seconds[-1])
    width, height = (info.width, info.height) if info else (320, 240)
    return Prediction(
        version="a" * 64,
        model="a model",
        protocol="auto",
        video=VideoFacts(end_s, 25.0, 100, width, height, True),
        top=tuple(Score(i, f"class {i}", 0.6 / (i + 1), logits[i]) for i in range(classes)),
        logits=np.array(logits, np.float32),
        probabilities=np.full(classes, 0.3, np.float32),
        clips=(Span(0, end_s),),
        frame_inds=np.zeros((1, 32), np.int64),
        timeline=Timeline(np.linspace(0, end_s, 4), np.full((classes, 3), 0.3, np.float32)),
        evidence=Evidence(seconds, volume, gaps, area, biases, weights, logits),
        crop=crop,
        notes=(),
    )
