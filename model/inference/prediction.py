"""The values that a prediction consists of. Plain data: no torch, no files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

ProtocolName = Literal["auto", "val", "test"]
Stage = Literal["storing", "decoding", "looking", "explaining"]
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
class Evidence:
    """Class evidence over the whole video: signed, un-normalised, in logits.

    `seconds` float64 [S], ascending: the presentation times of the receptive-field centres.
    `volume` float16 [k, S, H', W'] over the picture that the network saw.
    `gaps` are the spans in which no clip looked.
    """

    seconds: NDArray[np.float64]
    volume: NDArray[np.float16]
    gaps: tuple[Span, ...]

    @property
    def curves(self) -> NDArray[np.float32]:
        """[k, S]: the spatial mean of the volume, in logits."""
        curves: NDArray[np.float32] = self.volume.astype(np.float32).mean(axis=(2, 3))
        return curves


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of the displayed picture that the network saw, as fractions 0..1 of its size."""

    x: float
    y: float
    width: float
    height: float


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
    probabilities: NDArray[np.float32]  # [classes], averaged as the protocol says
    clips: tuple[Span, ...]
    frame_inds: NDArray[np.int64]  # [clips, T]
    timeline: Timeline
    evidence: Evidence
    crop: Crop
    notes: tuple[str, ...]  # plain sentences: what was unusual about this video


class Predictor(Protocol):
    """Answers for a video file. In-process here; another machine could stand behind it."""

    def predict(
        self,
        video: Path,
        *,
        protocol: ProtocolName = "auto",
        classes: Sequence[int] = (),
        top_k: int = 5,
        on_progress: OnProgress | None = None,
    ) -> Prediction:
        """Raises `VideoError` if the file cannot be used, `Cancelled` if the callback does."""
        ...
