"""The model's own answers for all material, computed once and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.certainty.material import Item
from model.evidence.trust import evenness
from model.inference.prediction import Prediction
from model.inference.predictor import LocalPredictor
from model.weights import spec_json
from model.weights.checkpoint import LoadedCheckpoint, load

KEPT = ("logits", "probabilities", "clips", "agreement", "evenness")


@dataclass(frozen=True, slots=True)
class Answers:
    """One row a video: `logits` and `probabilities` [videos, classes] as averaged over its clips,
    before any calibration; `right` bool, false where no class is right; `clips` how many.

    `agreement` is the rank correlation of overlapping clips (NaN without any), `evenness` the range
    of the contrast curve in leads over the second class: what `trust.py` warns by.
    """

    items: tuple[Item, ...]
    logits: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    clips: NDArray[np.int64]
    agreement: NDArray[np.float64]
    evenness: NDArray[np.float64]
    labels: tuple[str, ...]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the first class is the true one."""
        best = self.probabilities.argmax(axis=1)
        told = [self.labels[index] for index in best]
        return np.array([t == item.label for t, item in zip(told, self.items, strict=True)])

    def where(self, chosen: NDArray[np.bool_]) -> Answers:
        """Some of the rows."""
        items = tuple(item for item, keep in zip(self.items, chosen, strict=True) if keep)
        columns: dict[str, Any] = {name: getattr(self, name)[chosen] for name in KEPT}
        return replace(self, items=items, **columns)


def answers(items: Sequence[Item], weights: Path, cache: Path) -> Answers:
    """What the app's own way of looking (`auto`) says; answers that are known are looked up."""
    loaded = load(weights)
    plain = replace(loaded, spec=replace(loaded.spec, calibration=None))
    predictor = LocalPredictor(plain, cache_dir=cache)
    folder = cache / "certainty" / _name(plain)
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for item in items:
        content = hashlib.sha256(item.path.read_bytes()).hexdigest()
        kept = folder / f"{content[:32]}.npz"
        if not kept.exists():
            np.savez(kept, **_measured(predictor.predict(item.path)))
        with np.load(kept) as stored:
            rows.append([stored[name] for name in KEPT])
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    logits, probabilities, clips, agreement, evenness = columns
    return Answers(
        tuple(items),
        logits.astype(np.float64),
        probabilities.astype(np.float64),
        clips,
        agreement,
        evenness,
        loaded.spec.labels,
    )


def _measured(found: Prediction) -> dict[str, Any]:
    """What is kept of an answer, under the names of `KEPT`."""
    return {
        "logits": found.logits,
        "probabilities": found.probabilities,
        "clips": len(found.clips),
        "agreement": found.evidence.agreement,
        "evenness": evenness(found),
    }


def _name(plain: LoadedCheckpoint) -> str:
    """Of the weights and how they are fed, so that a new calibration changes nothing."""
    digest = hashlib.sha256(json.dumps(spec_json.to_fields(plain.spec), sort_keys=True).encode())
    for name, tensor in sorted(plain.network.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()[:16]
