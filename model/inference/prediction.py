"""The values that a prediction consists of. Plain data: no torch, no files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.weights.spec import Calibration

ProtocolName = Literal["auto", "val", "test"]
Stage = Literal["storing", "decoding", "looking", "explaining", "copying"]
OnProgress = Callable[[Stage, float], None]
"""Called with a stage and its done share in 0..1; may raise `model.errors.Cancelled` to stop."""


@dataclass(frozen=True, slots=True)
class Score:
    """One class of the answer. `probability` in 0..1, `logit` averaged over the clips."""

    index: int
    label: str
    probability: float
    logit: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the video in seconds from its start."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Probability of each kept class over the whole video, as a step curve.

    `edges` float64 [S+1] seconds, ascending. `probabilities` float32 [k, S] in 0..1; NaN where no
    clip looked.
    """

    edges: NDArray[np.float64]
    probabilities: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of the displayed picture, as fractions of its width and height.

    `Prediction.crop` is the part that the network saw, within 0..1; `Evidence.area` may reach
    beyond the picture.
    """

    x: float
    y: float
    width: float
    height: float


WHOLE_PICTURE = Crop(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Class evidence over the whole video: signed, un-normalised, in logits.

    `seconds` float64 [S], ascending: the presentation times of the receptive-field centres.
    Between two of them the value may be interpolated linearly, except across `gaps`; before the
    first and after the last it holds. S is 0 where nothing may be shown; a note then says why.
    `volume` float16 [k, S, H', W'], one row a class of `Prediction.top`.
    `gaps` are the spans in which no clip looked.
    `area` is the rectangle of the displayed picture that the H' x W' cells divide evenly: a cell's
    middle is where its receptive field is centred, so draw the map there, cut to `Prediction.crop`.
    `biases` [k], in logits. `weights` float64 [S], adding up to 1: how much of the answer each
    moment stands for (where clips overlap, more). `logits` [k]: the classes' scores, averaged over
    the clips, in the part of the picture that `Prediction.crop` names. For every class
    `bias + sum(weights * curve) = logit`, checked to `saliency.COMPLETENESS_LIMIT`.
    `agreement`: rank correlation -1..1 of what overlapping clips said of the same moments about the
    most probable class against the others; NaN where too little overlaps.
    `weights` and `logits` are empty in answers that were stored before there were any.
    """

    seconds: NDArray[np.float64]
    volume: NDArray[np.float16]
    gaps: tuple[Span, ...]
    area: Crop = WHOLE_PICTURE
    biases: tuple[float, ...] = ()
    weights: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    logits: tuple[float, ...] = ()
    agreement: float = nan

    @property
    def curves(self) -> NDArray[np.float32]:
        """[k, S]: the spatial mean of the volume, in logits."""
        curves: NDArray[np.float32] = self.volume.astype(np.float32).mean(axis=(2, 3))
        return curves


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What was found in the file. `width` and `height` as displayed, after rotation."""

    duration_s: float
    fps: float
    frames: int
    width: int
    height: int
    browser_safe: bool


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer for one video."""

    version: str  # SHA-256 of the checkpoint file that produced it
    model: str  # the checkpoint's name
    protocol: ProtocolName
    video: VideoFacts
    top: tuple[Score, ...]  # most probable first; then any further class that was asked for
    logits: NDArray[np.float32]  # [classes], averaged over the clips
    probabilities: NDArray[np.float32]  # [classes], averaged as the protocol says; see calibration
    clips: tuple[Span, ...]
    frame_inds: NDArray[np.int64]  # [clips, T]
    timeline: Timeline
    evidence: Evidence
    crop: Crop
    notes: tuple[str, ...]  # plain sentences: what was unusual about this video
    calibration: Calibration | None = None  # by which all probabilities here were calibrated
    taught_from: int = 0  # labelled videos that the version was taught from; 0: it was not taught
    # [C], the last stage's output averaged over all clips: what videos are compared by. Empty in
    # answers that were stored before it was kept.
    features: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
