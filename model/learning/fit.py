"""Fits a head to features that do not change: a convex problem, solved exactly in seconds.

Rows of classes that nobody corrected stay as they are. Videos of the background, which are not
corrections, and imagined ones hold the model to what it answered before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.learning.errors import LearningError
from model.learning.optimisers import QuasiNewton

DECAY = 1e-4  # hardly matters: from a hundredth to a hundred times as much gives the same accuracy
FLOOR = 0.1  # of the mean deviation, added to each channel's: quiet channels are not blown up
LENGTH = 34.0  # root mean square of a scaled feature vector, so that DECAY fits any network
ROUNDS, STEPS = 15, 10  # of L-BFGS: after 100 steps nothing changes any more
SHUFFLED = 1.0  # of an imagined video; less of it would hold back what is new, too
IMAGINED = 0.3  # weight of all that is imagined, where the background's videos have 1
# What these change is shown by `python -m benchmarks.learning settings`.
HISTORY = 20  # steps that L-BFGS remembers


OnRound = Callable[[int, float], None]
"""Called with the number of rounds done, of `ROUNDS`, and the loss; may raise `Cancelled`."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Averaged features float32 [N, C] of views, and a weight float64 [N] for each."""

    features: Tensor
    weights: Tensor


@dataclass(frozen=True, slots=True)
class Background:
    """Videos that are no corrections, and the probabilities [N, old classes] they got before."""

    samples: Samples
    answers: Tensor


@dataclass(frozen=True, slots=True)
class Head:
    """Weight [classes, C] and bias [classes] of a linear head."""

    weight: Tensor
    bias: Tensor

    def logits(self, features: Tensor) -> Tensor:
        """[N, C] to [N, classes]."""
        return F.linear(features, self.weight, self.bias)


def fit_head(
    head: Head,
    learn: Samples,
    labels: Tensor,
    background: Background,
    *,
    old: int,
    on_round: OnRound | None = None,
) -> Head:
    """The head with the rows of `labels`' classes fitted, all others untouched.

    `head` has a row for every class; the first `old` are those that the model knew. `labels` int64
    [N]. What is learned is added to the rows as they are: cross entropy over all classes for the
    corrections, cross entropy to the answers of before for the background, and a little weight
    decay. Raises `LearningError` if the features are not numbers, and whatever `on_round` raises.
    """
    classes = torch.unique(labels)
    middle, spread = _scale([learn.features, background.samples.features])
    target = F.pad(background.answers.double(), (0, len(head.bias) - old))
    terms = (
        _Term(head, learn, _targets(labels, len(head.bias)), middle, spread),
        _Term(head, background.samples, target, middle, spread),
    )
    weight = torch.zeros(len(classes), len(middle), dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(len(classes), dtype=torch.float64, requires_grad=True)

    def loss() -> Tensor:
        total = DECAY * weight.square().sum()
        for term in terms:
            total = total + term.loss(classes, weight, bias)
        return total

    _minimise(loss, [weight, bias], on_round)
    added = weight.detach() / spread
    shift = bias.detach() - added @ middle
    return Head(
        head.weight.index_add(0, classes, added.float()),
        head.bias.index_add(0, classes, shift.float()),
    )


class _Term:
    """One part of the loss: samples, and the probabilities [N, classes] that they should get."""

    def __init__(
        self, head: Head, samples: Samples, target: Tensor, middle: Tensor, spread: Tensor
    ) -> None:
        self._before = head.logits(samples.features).double()
        self._seen = (samples.features.double() - middle) / spread
        self._target = target
        self._weights = samples.weights / samples.weights.sum()

    def loss(self, classes: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        change = F.linear(self._seen, weight, bias)
        logits = self._before.index_add(1, classes, change)
        each = F.cross_entropy(logits, self._target, reduction="none")
        return (each * self._weights).sum()


def stacked(features: Sequence[Tensor]) -> Samples:
    """Views [views, C] of each video as samples; every video counts the same."""
    weights = torch.cat([torch.full((len(f),), 1 / len(f), dtype=torch.float64) for f in features])
    return Samples(torch.cat(list(features)).float(), weights)


def imagined(learn: Samples, widths: Sequence[int]) -> Samples:
    """Features [N, C] of videos that nobody has, for N samples of corrections.

    They weigh 1 together. Each is the mean of all corrections mixed with itself after its channels
    were shuffled within each joined layer, of `widths` channels: as lively as real videos, but of
    other content. The same corrections give the same videos.
    """
    chance = torch.Generator().manual_seed(0)
    mean = learn.features.mean(dim=0)
    layers = torch.split(mean, list(widths))

    def other() -> Tensor:
        return torch.cat([x[torch.randperm(len(x), generator=chance)] for x in layers])

    count = len(learn.features)
    mixed = torch.stack([mean + SHUFFLED * (other() - mean) for _ in range(count)])
    return Samples(mixed, torch.full((count,), 1 / count, dtype=torch.float64))


def with_imagined(
    background: Background | None, head: Head, learn: Samples, widths: Sequence[int], *, old: int
) -> Background:
    """The background and what can be imagined from the corrections, to be answered as before.

    Without it, a model that learns from few videos calls everything unknown one of the new classes.
    """
    more = imagined(learn, widths)
    answers = head.logits(more.features)[:, :old].softmax(dim=1)
    if background is None:
        return Background(more, answers)
    known = background.samples
    weights = more.weights * IMAGINED * known.weights.sum()
    samples = Samples(
        torch.cat([known.features, more.features]), torch.cat([known.weights, weights])
    )
    return Background(samples, torch.cat([background.answers, answers]))


def _targets(labels: Tensor, classes: int) -> Tensor:
    return F.one_hot(labels, classes).double()


def _scale(features: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Middle and spread [C] of all features, the spread so that vectors have length `LENGTH`."""
    together = torch.cat(list(features)).double()
    middle, deviation = together.mean(dim=0), together.std(dim=0, correction=0)
    spread = (deviation + FLOOR * deviation.mean()).clamp_min(1e-12)
    length = ((together - middle) / spread).square().sum(dim=1).mean().sqrt().clamp_min(1e-12)
    return middle, spread * length / LENGTH


def _minimise(
    loss: Callable[[], Tensor], variables: list[Tensor], on_round: OnRound | None
) -> None:
    """L-BFGS with a strong Wolfe line search (Nocedal and Wright, chapters 3 and 7)."""
    optimiser = QuasiNewton(
        variables, max_iter=STEPS, history_size=HISTORY, line_search_fn="strong_wolfe"
    )

    def again() -> float:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return float(value.detach())

    for done in range(ROUNDS):
        value = float(optimiser.step(again))  # type: ignore[no-untyped-call]
        if not math.isfinite(value):
            raise LearningError(
                "The training ran off: the loss is no longer a number. All earlier versions are "
                "untouched; is one of the videos unusual?"
            )
        if on_round is not None:
            on_round(done + 1, value)
