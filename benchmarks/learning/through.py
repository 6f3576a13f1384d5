"""`cache`: the last stage learns from kept maps, or through the whole trunk at every step.

The same layers, weights, batches, epochs and targets; only where the maps come from differs.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.learning.material import TASKS, draw, kept_store, load_now
from model.learning.adapt import with_labels
from model.learning.examples import Example
from model.learning.features import FeatureStore, LastStage, Trunk, joined_widths
from model.learning.finetune_config import LAST_STAGE
from model.learning.fit import Head, fit_head, stacked, with_imagined
from model.learning.laststage import Lessons, teach_last_stage
from model.learning.loop import Rows, run_epochs
from model.learning.processes import Processes
from model.learning.recipe import Recipe
from model.learning.runfiles import prepare_folder
from model.learning.start import Options
from model.learning.views import view_clips
from model.network.staged import StagedNetwork

OLD = 400


class ThroughTrunk:
    """See `loop.Task`: like the task of kept maps, but every step decodes and runs the trunk."""

    def __init__(
        self, network: StagedNetwork, stage: LastStage, head: Head, store: FeatureStore, of: Lessons
    ) -> None:
        self._trunk = Trunk(network)
        self._stage = stage
        self._head = head
        self._store = store
        self._lessons = of
        self._views = of.views()

    @property
    def network(self) -> nn.Module:
        return self._stage.layers

    def batches(self, epoch: int, rows: Rows) -> Iterator[Sequence[Tensor]]:
        del epoch
        for row in rows:
            places = [self._views[number] for number in row]
            with torch.no_grad():
                maps = [self._maps(self._lessons.examples[video], view) for video, view in places]
            targets = [self._lessons.targets[video][view] for video, view in places]
            yield torch.cat(maps), torch.stack(targets).float()

    def loss(self, module: nn.Module, batch: Sequence[Tensor]) -> Tensor:
        del module
        maps, targets = batch
        return F.cross_entropy(self._head.logits(self._stage(maps)), targets)

    def _maps(self, example: Example, view: int) -> Tensor:
        cut = view_clips(example, self._store.checkpoint.spec, self._store.limits)
        clip = np.concatenate(list(cut.values()))[view]
        self._trunk.eval()
        maps: Tensor = self._trunk(torch.from_numpy(clip[None]))[1]
        return maps


@dataclass(frozen=True, slots=True)
class Taught:
    """Seconds of the training, and the share of other persons' clips that is right then."""

    seconds: float
    right: float


def report(kept: Path, each: int, epochs: int) -> None:
    """Trains both ways and prints the ratio; the features are computed beforehand, timed apart."""
    drawn, store = draw("four", each, 0), kept_store(kept)
    recipe = Recipe(**{**LAST_STAGE.to_json(), "epochs": epochs})
    store.compute([*drawn.learn, *drawn.test], "maps")
    with tempfile.TemporaryDirectory() as folder:
        again = FeatureStore(store.checkpoint, Path(folder), kept / "networks")
        again.compute(drawn.test[:1], "maps")
        started = time.perf_counter()
        again.compute(drawn.learn, "maps")
        once = time.perf_counter() - started
    found = {}
    for name in ("kept maps", "through the trunk"):
        found[name] = _taught(store, drawn.learn, drawn.test, recipe, kept=name == "kept maps")
        print(f"{name:18} {found[name].seconds:8.1f} s  right {found[name].right:.3f}", flush=True)
    kept_s, through_s = found["kept maps"].seconds, found["through the trunk"].seconds
    print(
        f"{len(drawn.learn)} videos, {epochs} epochs: {through_s / kept_s:.1f} times as fast;"
        f" computing the maps once takes {once:.1f} s,"
        f" with that {through_s / (kept_s + once):.1f} times; {load_now()}"
    )


def _taught(
    store: FeatureStore,
    learn: Sequence[Example],
    test: Sequence[Example],
    recipe: Recipe,
    *,
    kept: bool,
) -> Taught:
    labels = (*store.checkpoint.spec.labels, *TASKS["four"])
    network = with_labels(store.checkpoint, labels)
    stage = LastStage(network)
    with torch.inference_mode():
        seen = [stage(maps.float()).clone() for maps in store.of(learn, "maps")]
    rows = torch.cat([torch.full((len(s),), OLD + e.label) for s, e in zip(seen, learn)])  # noqa: B905
    before = Head(network.head.weight.detach(), network.head.bias.detach())
    held = with_imagined(None, before, stacked(seen), joined_widths(store.checkpoint), old=OLD)
    head = fit_head(before, stacked(seen), rows, held, old=OLD)
    targets = tuple(
        F.one_hot(torch.full((len(s),), OLD + e.label), len(labels))
        for s, e in zip(seen, learn)  # noqa: B905
    )
    lessons = Lessons(tuple(learn), targets)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        if kept:
            teach_last_stage(
                stage, head, store, lessons, Path(folder), recipe=recipe, seed=0, identity={}
            )
        else:
            _through(network, stage, head, store, lessons, Path(folder), recipe)
        seconds = time.perf_counter() - started
    with torch.inference_mode():
        logits = [head.logits(stage(maps[:1].float())) for maps in store.of(test, "maps")]
    answers = torch.cat(logits).argmax(dim=1).numpy() - OLD
    return Taught(seconds, float(np.mean(answers == [clip.label for clip in test])))


def _through(
    network: StagedNetwork,
    stage: LastStage,
    head: Head,
    store: FeatureStore,
    lessons: Lessons,
    folder: Path,
    recipe: Recipe,
) -> None:
    prepare_folder(folder, resume=True)
    task = ThroughTrunk(network, stage, head, store, lessons)
    run_epochs(
        task,
        len(lessons.views()),
        folder,
        recipe=recipe,
        options=Options(seed=0, resume=True),
        team=Processes(),
        identity={},
    )
    stage.eval().requires_grad_(False)
