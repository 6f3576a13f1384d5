"""`settings`: whether the constants of the fit are well chosen; one is changed at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
import torch.nn.functional as F

from benchmarks.learning.learns import MIDDLE
from benchmarks.learning.material import TASKS, Draw, Others, draw, kept_store, load_now, others
from model.learning import fit
from model.learning.features import FeatureStore, joined_widths
from model.learning.finetune_config import JOINED, Scope
from model.learning.fit import Background, Head, fit_head, stacked, with_imagined


@dataclass(frozen=True, slots=True)
class Way:
    """What is changed: constants of `fit`, the number of joined layers, unrelated videos, views."""

    changed: Mapping[str, float]
    joined: int = JOINED
    around: int = 99
    views: int = 4


AS_IT_IS = "as it is"
WAYS = {
    AS_IT_IS: Way({}),
    "1 layer": Way({}, joined=1),
    "2 layers": Way({}, joined=2),
    "middle only": Way({}, views=1),
    "middle both ways": Way({}, views=2),
    "DECAY x 0.01": Way({"DECAY": fit.DECAY * 0.01}),
    "DECAY x 0.1": Way({"DECAY": fit.DECAY * 0.1}),
    "DECAY x 10": Way({"DECAY": fit.DECAY * 10}),
    "DECAY x 100": Way({"DECAY": fit.DECAY * 100}),
    "FLOOR 0.01": Way({"FLOOR": 0.01}),
    "FLOOR 1": Way({"FLOOR": 1.0}),
    "alone": Way({}, around=0),
    "1, nothing imagined": Way({"IMAGINED": 0.0}, around=1),
    "alone, SHUFFLED 0.1": Way({"SHUFFLED": 0.1}, around=0),
    "alone, SHUFFLED 0.6": Way({"SHUFFLED": 0.6}, around=0),
    "3 others": Way({}, around=3),
    "3, nothing imagined": Way({"IMAGINED": 0.0}, around=3),
    "3, IMAGINED 1": Way({"IMAGINED": 1.0}, around=3),
    "all, nothing imagined": Way({"IMAGINED": 0.0}),
    "all, IMAGINED 1": Way({"IMAGINED": 1.0}),
}


def report(kept: Path, task: str, draws: int, scope: Scope, each: int, *, fewest: bool) -> None:
    """Prints one line for each way; only the head learns, whatever `scope` says."""
    del scope
    store = kept_store(kept)
    print(f"\n{task}, {each} corrections a class, head, {draws} draws")
    print("way                 all classes  among new  same answer on other content")
    for name, way in WAYS.items():
        found = [
            _one(store, task, draw(task, each, seed, fewest=fewest), others(seed), way)
            for seed in range(draws)
        ]
        full, among, agree = np.mean(found, axis=0)
        print(f"{name:20}{full:.3f}        {among:.3f}      {agree:.3f}", flush=True)
    print(load_now())


def _one(
    store: FeatureStore, task: str, drawn: Draw, other: Others, way: Way
) -> tuple[float, float, float]:
    """Right among all classes, right among the new ones, the same answer for other content."""
    widths = joined_widths(store.checkpoint)[: way.joined]
    width = sum(widths)
    old = len(store.checkpoint.spec.labels)
    parent = store.checkpoint.network.head
    before = Head(parent.weight.detach()[:, :width], parent.bias.detach())
    new = len(TASKS[task])
    wider = Head(F.pad(before.weight, (0, 0, 0, new)), F.pad(before.bias, (0, new)))
    learn = [features[: way.views, :width] for features in store.of(drawn.learn, "pooled")]
    rows = [torch.full((len(f),), old + e.label) for f, e in zip(learn, drawn.learn, strict=True)]
    background = None
    if way.around:
        around = stacked([f[:, :width] for f in store.of(other.around[: way.around], "pooled")])
        background = Background(around, before.logits(around.features).softmax(dim=1))
    with patch.dict(vars(fit), way.changed):
        held = with_imagined(background, wider, stacked(learn), widths, old=old)
        head = fit_head(wider, stacked(learn), torch.cat(rows), held, old=old)
    test = torch.stack([f[MIDDLE, :width] for f in store.of(drawn.test, "pooled")])
    logits = head.logits(test)
    labels = torch.tensor([clip.label for clip in drawn.test])
    content = torch.stack([f[MIDDLE, :width] for f in store.of(other.test, "pooled")])
    same = head.logits(content).argmax(dim=1) == before.logits(content).argmax(dim=1)
    return (
        float((logits.argmax(dim=1) - old == labels).float().mean()),
        float((logits[:, old:].argmax(dim=1) == labels).float().mean()),
        float(same.float().mean()),
    )
