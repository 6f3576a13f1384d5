"""What methods say about an answer, as curves side by side; `compared` computes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # PyTorch takes seconds to import: only who computes waits for it
    from model.evidence.methods import Method

Place = Literal["last stage", "stage before", "whole video"]
WINDOWS = 10
"""Of occlusion in time: enough to see where, few enough to wait for."""


@dataclass(frozen=True, slots=True)
class Way:
    """A method at a stage, and what its numbers can say; all of them know the class.

    `signed`: it can speak against a class as well. `adds_up`: with the class's bias, what the
    moments say makes up the class's logit, so that they are logits too.
    """

    method: Method | Literal["closed form", "occlusion"]
    place: Place
    signed: bool
    adds_up: bool


@dataclass(frozen=True, slots=True)
class MethodCurves:
    """One way's curves, a row a class of `Prediction.top`.

    `seconds` float64 [S], ascending. `curves` float32 [k, S]: of a map the mean over the picture
    times all its cells, of occlusion the logits that are lost without a window around that moment.
    `cost_s`: seconds measured for all k classes together, beyond what the answer itself took.
    """

    way: Way
    seconds: NDArray[np.float64]
    curves: NDArray[np.float32]
    cost_s: float
