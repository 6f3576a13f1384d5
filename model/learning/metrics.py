"""How good a set of answers is: accuracies, per class, calibration, and how sure one may be.

SciPy and scikit-learn take two seconds to import, and most programs measure nothing: the functions
that need them import them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.learning.errors import TooFewError

CALIBRATION_BINS = 15  # as in Guo et al., ICML 2017
RESAMPLES = 1000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies with 95 % confidence; both ends in 0..1 (or -1..1)."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class that occurs among the labels or the answers. NaN where nothing can be said."""

    index: int
    videos: int  # that really are of this class
    answered: int  # that the model calls so
    precision: float
    recall: float
    recall_interval: Interval


@dataclass(frozen=True, slots=True)
class Metrics:
    """Figures over one set of videos, each in 0..1.

    `confusion` int64 [k, k], rows true and columns answered, in the order of `per_class`.
    """

    videos: int
    top1: float
    top1_interval: Interval
    top5: float
    mean_class_accuracy: float
    mean_class_interval: Interval
    ece: float
    per_class: tuple[ClassFigures, ...]
    confusion: NDArray[np.int64]

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and lists, NaN as null."""
        return {
            "videos": self.videos,
            "top1": self.top1,
            "top1_interval": _ends(self.top1_interval),
            "top5": self.top5,
            "mean_class_accuracy": self.mean_class_accuracy,
            "mean_class_interval": _ends(self.mean_class_interval),
            "ece": self.ece,
            "classes": [
                {
                    "index": c.index,
                    "videos": c.videos,
                    "answered": c.answered,
                    "precision": _or_none(c.precision),
                    "recall": _or_none(c.recall),
                    "recall_interval": _ends(c.recall_interval),
                }
                for c in self.per_class
            ],
            "confusion": self.confusion.tolist(),
        }


def measure(
    probabilities: NDArray[np.float64],
    labels: NDArray[np.int64],
    *,
    groups: tuple[str, ...] = (),
) -> Metrics:
    """Metrics of probabilities [N, classes] against true class indices [N].

    `groups` [N] are resampled together in the bootstrap, so that ten videos of one person count as
    one person. Raises `TooFewError` for no videos.
    """
    if not len(labels):
        raise TooFewError("There are no videos to measure the model on.")
    answers = probabilities.argmax(axis=1)
    right = answers == labels
    return Metrics(
        videos=len(labels),
        top1=float(right.mean()),
        top1_interval=wilson(int(right.sum()), len(labels)),
        top5=top_k(probabilities, labels, 5),
        mean_class_accuracy=mean_class_accuracy(answers, labels),
        mean_class_interval=_class_interval(answers, labels, groups),
        ece=calibration_error(probabilities, labels),
        per_class=_per_class(answers, labels),
        confusion=_confusion(answers, labels),
    )


def top_k(probabilities: NDArray[np.float64], labels: NDArray[np.int64], k: int) -> float:
    """The share of videos whose true class is among the k most probable."""
    classes = probabilities.shape[1]
    if k >= classes or classes < 3:  # scikit-learn warns for the first, wants one column for two
        return 1.0 if k >= classes else float((probabilities.argmax(axis=1) == labels).mean())
    from sklearn.metrics import top_k_accuracy_score  # noqa: PLC0415  # as said at the top

    return float(top_k_accuracy_score(labels, probabilities, k=k, labels=np.arange(classes)))


def mean_class_accuracy(answers: NDArray[np.int64], labels: NDArray[np.int64]) -> float:
    """The mean over the classes that occur of the share answered rightly."""
    from sklearn.metrics import recall_score  # noqa: PLC0415  # as said at the top

    present = np.unique(labels)
    return float(recall_score(labels, answers, labels=present, average="macro", zero_division=0))


def calibration_error(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Expected calibration error of the top answer over 15 equal bins (Guo et al., ICML 2017)."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weights=right - confidence, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(labels))


def wilson(hits: int, of: int) -> Interval:
    """Wilson's interval for a share; everything is possible of nothing."""
    if of == 0:
        return Interval(0.0, 1.0)
    from scipy.stats import binomtest  # noqa: PLC0415  # as said at the top

    found = binomtest(hits, of).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))


def resamples(groups: tuple[str, ...], count: int, *, seed: int = 0) -> list[NDArray[np.int64]]:
    """Bootstrap samples of 0..count-1, drawn group by group (each its own where none are given)."""
    names, numbers = np.unique(np.array(groups or range(count)), return_inverse=True)
    members = [np.flatnonzero(numbers == n) for n in range(len(names))]
    draw = np.random.default_rng(seed)
    picks = draw.integers(0, len(members), (RESAMPLES, len(members)))
    return [np.concatenate([members[n] for n in pick]) for pick in picks]


def percentiles(values: list[float]) -> Interval:
    """The middle 95 % of bootstrapped values."""
    low, high = np.quantile(values, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(low), float(high))


def _class_interval(
    answers: NDArray[np.int64], labels: NDArray[np.int64], groups: tuple[str, ...]
) -> Interval:
    values: list[float] = []
    for pick in resamples(groups, len(labels)):
        true = labels[pick]
        videos = np.bincount(true)
        right = np.bincount(true, weights=answers[pick] == true)
        values.append(float((right[videos > 0] / videos[videos > 0]).mean()))
    return percentiles(values)


def _present(answers: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    present: NDArray[np.int64] = np.union1d(answers, labels)
    return present


def _confusion(answers: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    present = _present(answers, labels)
    counts = np.zeros((len(present), len(present)), np.int64)
    np.add.at(counts, (np.searchsorted(present, labels), np.searchsorted(present, answers)), 1)
    return counts


def _per_class(answers: NDArray[np.int64], labels: NDArray[np.int64]) -> tuple[ClassFigures, ...]:
    from sklearn.metrics import precision_recall_fscore_support  # noqa: PLC0415  # as said above

    present = _present(answers, labels)
    precision, recall, _, videos = precision_recall_fscore_support(
        labels, answers, labels=present, zero_division=np.nan
    )
    return tuple(
        ClassFigures(
            index=int(index),
            videos=int(videos[row]),
            answered=int((answers == index).sum()),
            precision=float(precision[row]),
            recall=float(recall[row]),
            recall_interval=wilson(
                int(((answers == index) & (labels == index)).sum()), int(videos[row])
            ),
        )
        for row, index in enumerate(present)
    )


def _ends(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
