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
    `volume` float32 [k, T', H', W'], signed, in logits. `weights` float64 [T'], above 0: how much
    each step counts beside other clips (`window`).
    """

    seconds: NDArray[np.float64]
    volume: NDArray[np.float32]
    weights: NDArray[np.float64]


def window(centres: NDArray[np.floating], clip_len: int) -> NDArray[np.float64]:
    """How far steps centred on these sampled frames of a clip can be relied on: 0..1, above 0.

    A Hann window over the clip. Near its ends a step saw padding instead of frames: with the
    embedded default the last step holds a third of a clip's mean evidence, wherever the action is.
    """
    inside = np.clip(centres, 0, clip_len - 1) + 0.5
    reliance: NDArray[np.float64] = np.sin(np.pi * inside / clip_len) ** 2
    return reliance


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


def merge_evidence(
    clips: Sequence[ClipEvidence],
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """(seconds [S], volume [k, S, H', W']) of the whole video, on the union of the clips' times.

    Each clip is read between its own steps by linear interpolation, and weighted by step. Logits
    are averaged, never maps that were cut or stretched first.
    """
    known = [_distinct_times(clip) for clip in clips]
    seconds = np.unique(np.concatenate([times for times, _, _ in known]))
    shape = clips[0].volume.shape
    total = np.zeros((len(seconds), shape[0], *shape[2:]), dtype=np.float64)
    weight = np.zeros(len(seconds), dtype=np.float64)
    for times, values, importance in known:
        first, last = np.searchsorted(seconds, (times[0], times[-1]))
        inside = slice(first, last + 1)
        share = np.interp(seconds[inside], times, importance)
        total[inside] += share[:, None, None, None] * _read(seconds[inside], times, values)
        weight[inside] += share
    merged = total / weight[:, None, None, None]
    return seconds, np.ascontiguousarray(merged.swapaxes(0, 1), dtype=np.float32)


def _distinct_times(
    clip: ClipEvidence,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """A clip's distinct times [P], values there [P, k, H', W'] and weights [P] above 0."""
    steps = clip.volume.astype(np.float64).swapaxes(0, 1)
    times, place = np.unique(clip.seconds, return_inverse=True)
    weight = np.bincount(place, weights=clip.weights, minlength=len(times))
    values = np.zeros((len(times), *steps.shape[1:]), dtype=np.float64)
    np.add.at(values, place, clip.weights[:, None, None, None] * steps)
    count = np.bincount(place, minlength=len(times))
    return times, values / weight[:, None, None, None], weight / count


def _read(
    wanted: NDArray[np.float64], times: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Values [P, ...] at `times` [P], read linearly at `wanted` within them."""
    after = np.clip(np.searchsorted(times, wanted, side="left"), 0, len(times) - 1)
    before = np.maximum(after - 1, 0)
    length = np.where(after == before, 1.0, times[after] - times[before])
    share = np.where(after == before, 1.0, (wanted - times[before]) / length)
    share = share.reshape(-1, *[1] * (values.ndim - 1))
    read: NDArray[np.float64] = values[before] * (1.0 - share) + values[after] * share
    return read
