"""The head alone: what is learned, and what everything else is still called."""

from __future__ import annotations

from unittest.mock import patch

import pytest
import torch
from torch import Tensor

from model.learning import fit
from model.learning.fit import (
    Background,
    Head,
    Samples,
    fit_head,
    imagined,
    stacked,
    with_imagined,
)

WIDTHS = (60, 40)
OLD, NEW = 10, 2


def lively(count: int, seed: int) -> Tensor:
    """Features as networks have them: none below zero, few of them strong."""
    return torch.randn(count, sum(WIDTHS), generator=torch.Generator().manual_seed(seed)).exp()


def parent() -> Head:
    weight = torch.randn(OLD, sum(WIDTHS), generator=torch.Generator().manual_seed(9)) * 0.1
    return Head(torch.cat([weight, torch.zeros(NEW, sum(WIDTHS))]), torch.zeros(OLD + NEW))


def corrections() -> tuple[Samples, Tensor]:
    """Four videos of each of two new classes, all much alike."""
    alike = lively(1, 1) + 0.3 * lively(2, 2).repeat_interleave(4, dim=0) + 0.1 * lively(8, 3)
    return stacked(list(alike[:, None])), torch.arange(NEW).repeat_interleave(4) + OLD


def share_kept(background: Background) -> float:
    """Of videos of other content, those that are called what they were called before."""
    learn, labels = corrections()
    head = fit_head(parent(), learn, labels, background, old=OLD)
    assert torch.equal(head.logits(learn.features).argmax(dim=1), labels)
    others = lively(200, 4)
    same = head.logits(others).argmax(dim=1) == parent().logits(others)[:, :OLD].argmax(dim=1)
    return float(same.float().mean())


def test_what_is_imagined_keeps_other_content_what_it_was() -> None:
    learn, _ = corrections()
    one = learn.features[:1] * 0.5
    answers = parent().logits(one)[:, :OLD].softmax(dim=1)
    few = Background(Samples(one, torch.ones(1, dtype=torch.float64)), answers)
    assert share_kept(with_imagined(None, parent(), learn, WIDTHS, old=OLD)) > 0.85
    assert share_kept(with_imagined(few, parent(), learn, WIDTHS, old=OLD)) > 0.85
    with patch.object(fit, "IMAGINED", 0.0):  # the control
        assert share_kept(with_imagined(few, parent(), learn, WIDTHS, old=OLD)) < 0.7


def test_imagined_videos_are_always_the_same_and_as_lively_as_real_ones() -> None:
    learn, _ = corrections()
    first, again = imagined(learn, WIDTHS), imagined(learn, WIDTHS)
    assert torch.equal(first.features, again.features)
    assert float(first.weights.sum()) == pytest.approx(1.0)
    mean = learn.features.mean(dim=0)
    for real, made in zip(mean.split(WIDTHS), first.features.split(WIDTHS, dim=1), strict=True):
        torch.testing.assert_close(made.mean(dim=1), real.mean().expand(len(made)))
