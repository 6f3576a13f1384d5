"""From clips to the whole video: one answer, one step curve, one evidence volume.

Pure numpy. Knows nothing of networks or files; every time is in seconds of the video.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.inference.prediction import Span, Timeline

Averaging = Literal["prob", "score"]

_SAME_MOMENT_S = 1e-9


@dataclass(frozen=True, slots=True)
class ClipEvidence:
    """Class evidence of one clip.

    `seconds` float64 [T']: the presentation time of each step's receptive-field centre, in the
    clip's own order; a clip that repeats frames names the same time more than once.
    `volume` float32 [k, T', H', W'], signed, in logits.
    """

    seconds: NDArray[np.float64]
    volume: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Merged:
    """Class evidence of the whole video.

    `seconds` float64 [S], ascending. `volume` float32 [k, S, H', W'], in logits. `weights` float64
    [S], at least 0, adding up to 1: how much of all clips' steps each moment stands for. The mean
    of `volume` over S by these weights is exactly the mean of all clips' steps.
    """

    seconds: NDArray[np.float64]
    volume: NDArray[np.float32]
    weights: NDArray[np.float64]


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probabilities over the last axis, in double precision."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float64] = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


def average_views(
    logits: NDArray[np.floating], averaging: Averaging
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(mean logits, probabilities) [classes] of the views' logits [views, classes].

    `prob` averages the views' softmax, `score` takes the softmax of the mean logits: the two ways
    of MMAction2's `average_clips`.
    """
    mean = logits.astype(np.float64).mean(axis=0)
    probabilities = softmax(logits).mean(axis=0) if averaging == "prob" else softmax(mean)
    return mean.astype(np.float32), probabilities.astype(np.float32)


def step_curve(spans: Sequence[Span], probabilities: NDArray[np.floating]) -> Timeline:
    """One step curve from the clips' spans and their probabilities [clips, k].

    Where clips overlap their mean counts; where none looked the curve is NaN.
    """
    edges = np.unique([edge for span in spans for edge in (span.start_s, span.end_s)])
    starts = np.array([span.start_s for span in spans])
    ends = np.array([span.end_s for span in spans])
    covers = (starts[None, :] <= edges[:-1, None]) & (ends[None, :] >= edges[1:, None])
    count = covers.sum(axis=1)
    total = covers.astype(np.float64) @ probabilities.astype(np.float64)
    with np.errstate(invalid="ignore"):
        mean = np.where(count[:, None] > 0, total / count[:, None], np.nan)
    return Timeline(edges.astype(np.float64), np.ascontiguousarray(mean.T, dtype=np.float32))


def unseen(spans: Sequence[Span], start_s: float, end_s: float) -> tuple[Span, ...]:
    """The stretches between `start_s` and `end_s` in which no clip looked, in order."""
    gaps = []
    reached = start_s
    for span in sorted(spans, key=lambda span: span.start_s):
        if span.start_s > reached + _SAME_MOMENT_S:
            gaps.append(Span(reached, span.start_s))
        reached = max(reached, span.end_s)
    if end_s > reached + _SAME_MOMENT_S:
        gaps.append(Span(reached, end_s))
    return tuple(gaps)


def merge_evidence(clips: Sequence[ClipEvidence], *, every: int = 1) -> Merged:
    """Evidence of the whole video, on the union of the clips' times; all clips count alike.

    A step's evidence is spread over the moments around it, as far as its neighbours in the clip,
    and nothing is added or lost: so what the moments say still adds up to the answer. Logits are
    averaged, never maps that were cut or stretched first.

    With `every` above 1 only each `every`-th step, from the first, made the answer. All steps shape
    the curve; then one level for each class and cell is added, so that the weighted mean is that
    of the steps which made the answer.
    """
    known = [_distinct_times(clip) for clip in clips]
    seconds = np.unique(np.concatenate([times for times, _, _ in known]))
    lengths = _lengths(seconds)
    shape = clips[0].volume.shape
    total = np.zeros((len(seconds), shape[0], *shape[2:]), dtype=np.float64)
    weights = np.zeros(len(seconds), dtype=np.float64)
    for times, values, mass in known:
        first, last = np.searchsorted(seconds, (times[0], times[-1]))
        inside = slice(first, last + 1)
        spread = _spread(times, seconds[inside], lengths[inside]) * mass[:, None] / len(clips)
        total[inside] += np.tensordot(spread.T, values, axes=1)
        weights[inside] += spread.sum(axis=0)
    answered = [clip.volume[:, ::every].astype(np.float64).mean(axis=1) for clip in clips]
    level = np.mean(answered, axis=0) - total.sum(axis=0)
    merged = total / weights[:, None, None, None] + level
    volume = np.ascontiguousarray(merged.swapaxes(0, 1), dtype=np.float32)
    return Merged(seconds, volume, weights)


def _distinct_times(
    clip: ClipEvidence,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """A clip's distinct times [P], mean values there [P, k, H', W'], and share of its steps [P]."""
    steps = clip.volume.astype(np.float64).swapaxes(0, 1)
    times, place = np.unique(clip.seconds, return_inverse=True)
    count = np.bincount(place, minlength=len(times))
    values = np.zeros((len(times), *steps.shape[1:]), dtype=np.float64)
    np.add.at(values, place, steps)
    return times, values / count[:, None, None, None], count / len(steps)


def _lengths(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much time each of the ascending moments stands for: half-way to both neighbours."""
    if len(seconds) == 1:
        return np.ones(1)
    edges = np.concatenate((seconds[:1], (seconds[1:] + seconds[:-1]) / 2, seconds[-1:]))
    return np.diff(edges)


def _spread(
    times: NDArray[np.float64], moments: NDArray[np.float64], lengths: NDArray[np.float64]
) -> NDArray[np.float64]:
    """[P, M]: the share of each of the clip's `times` that falls to each of `moments`.

    Falls linearly to nothing at the neighbouring times; `times` are among the moments. Each row
    adds up to 1.
    """
    hats = np.stack([np.interp(moments, times, row) for row in np.eye(len(times))]) * lengths
    shares: NDArray[np.float64] = hats / hats.sum(axis=1, keepdims=True)
    return shares
