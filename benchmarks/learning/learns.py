"""`learns`: new classes on other persons, and what it costs on all that was known before."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from benchmarks.learning.material import (
    TASKS,
    Draw,
    Others,
    draw,
    kept_store,
    load_now,
    numbered,
    others,
)
from model.learning.examples import Example
from model.learning.features import FeatureStore, LastStage
from model.learning.finetune import finetune
from model.learning.finetune_config import FinetuneConfig, Scope
from model.network.staged import StagedNetwork
from model.weights.checkpoint import load

UNRELATED = {"none": 0, "three": 3, "many": 99}
LAST = 1024  # channels of the default's last layer, the first of the joined ones
MIDDLE = 0  # the view that a test looks at, as the protocol `val` does


@dataclass(frozen=True, slots=True)
class Result:
    """Shares of clips, one draw."""

    full: float  # right among all classes, old and new
    among: float  # right among the new ones
    classes: float  # as `full`, each class counting the same
    baseline: float  # logistic regression on the parent's features, among the new ones
    old_first: float  # change on old classes' clips: right at first
    old_five: float  # right among the first five
    agree: float  # clips of other content with the same answer as before
    seconds: float


def report(kept: Path, task: str, draws: int, scope: Scope, each: int, *, fewest: bool) -> None:
    """Prints one line for each background."""
    store = kept_store(kept)
    persons = "fewest" if fewest else "most"
    print(f"\n{task}, {each} corrections a class of the {persons} persons, {scope}, {draws} draws")
    print("background  all classes        by class   among new  logistic  old top-1  old top-5"
          "  same answer  s a fit")  # fmt: skip
    for name, count in UNRELATED.items():
        found = []
        for seed in range(draws):
            drawn, other = draw(task, each, seed, fewest=fewest), others(seed)
            found.append(_one(store, kept, task, drawn, other, count, scope))
        print(f"{name:10}  {_line(found)}", flush=True)
    print(load_now())


def _one(
    store: FeatureStore, kept: Path, task: str, drawn: Draw, other: Others, count: int, scope: Scope
) -> Result:
    parent = store.checkpoint
    old = len(parent.spec.labels)
    with tempfile.TemporaryDirectory() as folder:
        config = FinetuneConfig(
            parent=parent,
            target=Path(folder) / "next.safetensors",
            name="next",
            labels=(*parent.spec.labels, *(f"new {name}" for name in TASKS[task])),
            learn=numbered(drawn.learn, old),
            folder=Path(folder),
            cache_dir=kept / "networks",
            features=store.folder,
            background=other.around[:count],
            scope=scope,
        )
        started = time.perf_counter()
        finetune(config, lambda *_: None)
        seconds = time.perf_counter() - started
        taught = load(config.target).network
    logits = _logits(store, taught, drawn.test, scope)
    labels = np.array([clip.label for clip in drawn.test])
    right = logits.argmax(axis=1) - old == labels
    before = _logits(store, parent.network, other.test, "head")
    after = _logits(store, taught, other.test, scope)
    return Result(
        full=float(right.mean()),
        among=float((logits[:, old:].argmax(axis=1) == labels).mean()),
        classes=float(np.mean([right[labels == label].mean() for label in np.unique(labels)])),
        baseline=_baseline(store, drawn, labels),
        old_first=_hits(after, other.known, 1) - _hits(before, other.known, 1),
        old_five=_hits(after, other.known, 5) - _hits(before, other.known, 5),
        agree=float((before.argmax(axis=1) == after.argmax(axis=1)).mean()),
        seconds=seconds,
    )


def _logits(
    store: FeatureStore, network: StagedNetwork, videos: Sequence[Example], scope: Scope
) -> NDArray[np.float32]:
    """[videos, classes] for the middle of each."""
    with torch.inference_mode():
        if scope == "last-stage":
            stage = LastStage(network)
            maps = [features[MIDDLE : MIDDLE + 1] for features in store.of(videos, "maps")]
            seen = torch.cat([stage(one.float()) for one in maps])
        else:
            seen = torch.stack([features[MIDDLE] for features in store.of(videos, "pooled")])
        logits: NDArray[np.float32] = network.head(seen).numpy()
    return logits


def _hits(logits: NDArray[np.float32], known: NDArray[np.int64], first: int) -> float:
    rows = known >= 0
    best = np.argsort(-logits[rows], axis=1, kind="stable")[:, :first]
    return float((best == known[rows, None]).any(axis=1).mean())


def _baseline(store: FeatureStore, drawn: Draw, labels: NDArray[np.int64]) -> float:
    """What `design/default-model.md` measured: the last layer alone, the middle clip alone."""

    def of(videos: Sequence[Example]) -> Tensor:
        seen = torch.stack([features[MIDDLE, :LAST] for features in store.of(videos, "pooled")])
        return torch.nn.functional.normalize(seen)

    fitted = LogisticRegression(C=100, max_iter=500)
    fitted.fit(of(drawn.learn).numpy(), [clip.label for clip in drawn.learn])
    return float((fitted.predict(of(drawn.test).numpy()) == labels).mean())


def _line(found: Sequence[Result]) -> str:
    def mean(name: str) -> float:
        return float(np.mean([getattr(one, name) for one in found]))

    low, high = interval([one.full for one in found])
    return (
        f"{mean('full'):.3f} ({low:.3f}-{high:.3f})  {mean('classes'):.3f}      {mean('among'):.3f}"
        f"      {mean('baseline'):.3f}     {mean('old_first'):+.3f}     {mean('old_five'):+.3f}"
        f"     {mean('agree'):.3f}        {np.median([one.seconds for one in found]):.1f}"
    )


def interval(values: Sequence[float]) -> tuple[float, float]:
    """95 of 100 bootstrap means lie between: draws are drawn again, 2000 times."""
    chance = np.random.default_rng(0)
    means = chance.choice(values, (2000, len(values))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
