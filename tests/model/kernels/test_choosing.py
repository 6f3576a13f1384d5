"""Which kernels run, and why not the fast ones."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from model.kernels.choosing import CLOSE, choose_kernels, largest_error, plain_kernels

PROCESSOR = torch.device("cpu")


def test_a_processor_computes_in_plain_pytorch() -> None:
    chosen = choose_kernels(PROCESSOR)
    assert chosen.kernels.name == "PyTorch"
    assert chosen.reason == "there is no graphics card"


def test_plain_pytorch_passes_the_check_of_kernels() -> None:
    assert largest_error(plain_kernels(), PROCESSOR) < CLOSE


def test_kernels_that_compute_something_else_are_noticed() -> None:
    plain = plain_kernels()

    def one_step_late(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return plain.depthwise(x.roll(1, dims=1), weight, bias)

    assert largest_error(replace(plain, depthwise=one_step_late), PROCESSOR) > CLOSE
    wrong = replace(plain, pointwise=lambda x, w, b: plain.pointwise(x, w, 2 * b))
    assert largest_error(wrong, PROCESSOR) > CLOSE


def test_kernels_that_give_no_numbers_are_noticed() -> None:
    plain = plain_kernels()
    empty = replace(plain, depthwise=lambda x, w, b: plain.depthwise(x, w, b) * torch.nan)
    assert not largest_error(empty, PROCESSOR) < CLOSE
