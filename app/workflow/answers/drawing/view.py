"""What is drawn of the evidence: one class rather than the others, rather than one, or alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.evidence.contrast import contrast_map
from model.evidence.pair import pair
from model.evidence.scale import Scale, bare_scale, comparing_scale
from model.inference.completeness import adds_up
from model.inference.prediction import Crop, Prediction, Span


@dataclass(frozen=True, slots=True)
class Asked:
    """Row `row` of `Prediction.top`, rather than `against`: the other guesses, one row, nothing."""

    row: int = 0
    against: int | Literal["others", "nothing"] = "others"


@dataclass(frozen=True, slots=True)
class View:
    """Evidence of one question: `maps` float32 [S, H', W'] in logits at `seconds` [S].

    `words` says what they are. `gaps` and `area` as in `Evidence`.
    """

    words: str
    seconds: NDArray[np.float64]
    maps: NDArray[np.float32]
    gaps: tuple[Span, ...]
    area: Crop
    scale: Scale

    @property
    def curve(self) -> NDArray[np.float32]:
        """[S] in logits: the mean over the picture."""
        curve: NDArray[np.float32] = self.maps.mean(axis=(1, 2))
        return curve


def view_of(prediction: Prediction, asked: Asked) -> View | None:
    """The evidence that answers the question; None if nothing may be shown.

    Where the evidence does not add up to the answer no classes are compared: as in the viewer the
    class is then shown by itself.
    """
    evidence = prediction.evidence
    if evidence.volume.size == 0 or not np.isfinite(evidence.volume).all():
        return None
    comparing = asked.against != "nothing" and adds_up(evidence) and len(prediction.top) > 1
    if comparing:
        maps, rather = _compared(prediction, asked)
        scale = comparing_scale(prediction)
    else:
        maps, rather = evidence.volume[asked.row].astype(np.float32), ""
        scale = bare_scale(evidence)
    words = f"what speaks for {prediction.top[asked.row].label}{rather}"
    return View(words, evidence.seconds, maps, evidence.gaps, evidence.area, scale)


def _compared(prediction: Prediction, asked: Asked) -> tuple[NDArray[np.float32], str]:
    """The signed maps, and the words for what they are set against."""
    if isinstance(asked.against, int):
        found = pair(prediction, asked.row, asked.against)
        if found is not None:
            return found.maps, f" rather than {prediction.top[asked.against].label}"
    return contrast_map(prediction.evidence, asked.row), " rather than the other guesses"
