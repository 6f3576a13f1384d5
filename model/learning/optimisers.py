"""PyTorch's optimisers without its compiler.

Its own are marked as not to be compiled, and loading the compiler for that takes seconds in each
process that learns. Nothing here is compiled.
"""

from __future__ import annotations

from inspect import unwrap

import torch
from torch.optim import LBFGS, SGD


class Descent(SGD):
    """Stochastic gradient descent with momentum and weight decay: the same bits as `SGD`."""

    add_param_group = unwrap(SGD.add_param_group)
    zero_grad = unwrap(SGD.zero_grad)
    state_dict = unwrap(SGD.state_dict)
    load_state_dict = unwrap(SGD.load_state_dict)
    step = torch.no_grad()(unwrap(SGD.step))


class QuasiNewton(LBFGS):
    """L-BFGS: the same bits as `LBFGS`."""

    add_param_group = unwrap(LBFGS.add_param_group)
    zero_grad = unwrap(LBFGS.zero_grad)
