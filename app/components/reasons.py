"""Why this class rather than others, for the viewer: scales, sentences, key moments, doubts."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from app.components.evidence import FLAT_SHARE, strongest
from app.words.checks import objection
from app.words.evidence import where_it_led, why_it_won
from model.evidence.contrast import contrast_curves
from model.evidence.moments import key_moments
from model.evidence.pair import pair
from model.evidence.scale import comparing_scale
from model.evidence.trust import trust
from model.inference.completeness import adds_up
from model.inference.prediction import Prediction

RIVALS = 5  # classes that are set against each other; more were asked for by somebody


def reasons(prediction: Prediction) -> dict[str, Any] | None:
    """JSON values for `viewer_value`, or None if the evidence does not add up to the answer.

    `scale` and `curve_scale` (logits) are shared by every class set against the others and by every
    pair. `others` is a sentence a class of `prediction.top`; `pairs[a][b]` one for class a over b,
    "" where a is b; `moments` the key moments of each class in seconds.
    """
    if not adds_up(prediction.evidence):
        return None
    classes = range(len(prediction.top))
    couples = (pair(prediction, a, b) for a, b in itertools.combinations(classes, 2))
    pairs = [found for found in couples if found is not None]
    scale = comparing_scale(prediction)
    said = {(p.a, p.b): why_it_won(p, *_labels(prediction, p.a, p.b)) for p in pairs}
    said |= {(b, a): text for (a, b), text in said.items()}
    return {
        "scale": scale.colour,
        "curve_scale": scale.curve,
        "biases": [round(bias, 5) for bias in prediction.evidence.biases],
        "rivals": RIVALS,
        "others": [_over_others(prediction, row) for row in classes],
        "pairs": [[said.get((a, b), "") for b in classes] for a in classes],
        "moments": [
            [round(moment.second, 4) for moment in key_moments(prediction, row)] for row in classes
        ],
    }


def doubts(prediction: Prediction) -> list[str]:
    """What speaks against believing the picture of the evidence, in sentences.

    That the model is undecided is said elsewhere, and so is that nothing is shown.
    """
    found = trust(prediction).findings
    told = [one for one in found if one.code not in ("undecided", "nothing_shown")]
    return [objection(one, prediction) for one in told]


def _labels(prediction: Prediction, a: int, b: int) -> tuple[str, str]:
    return prediction.top[a].label, prediction.top[b].label


def _over_others(prediction: Prediction, row: int) -> str:
    label, evidence = prediction.top[row].label, prediction.evidence
    curve = contrast_curves(evidence)[row]
    top = prediction.top
    lead = top[0].logit - top[1].logit if len(top) > 1 else 0.0
    flat = np.ptp(curve) <= FLAT_SHARE * max(lead, 0.0)
    spans = () if flat else strongest(evidence, curve)
    return where_it_led(label, spans, any_at_all=bool(curve.max() > 0))
