"""Makes the next version of a model from corrections. Read `finetune` first.

What the trunk computes is looked up or computed once; then either the head alone is fitted, or the
last stage learns as well. The result is an ordinary checkpoint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from model.errors import CheckpointError
from model.learning.adapt import with_joined, with_labels
from model.learning.endtoend import teach_end_to_end
from model.learning.features import FeatureStore, Kind, LastStage, joined_widths
from model.learning.finetune_config import FinetuneConfig, Scope, Tell, Told, check_config
from model.learning.fit import ROUNDS, Background, Head, fit_head, stacked, with_imagined
from model.learning.laststage import Lessons, teach_last_stage
from model.learning.runfiles import space_watched
from model.learning.start import Progress
from model.network.staged import StagedNetwork
from model.weights import checkpoint
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import ModelSpec

CALIBRATED_FOR_PARENT = (
    "When it is called sure was measured of the version it began from, not of this one."
)


@dataclass(frozen=True, slots=True)
class Seen:
    """Averaged features [views, C] of every video to learn from and of the background.

    `widths` are the channels of the joined layers that make up C.
    """

    learn: tuple[Tensor, ...]
    background: tuple[Tensor, ...]
    widths: tuple[int, ...]


@dataclass(slots=True)
class _Report:
    """Tells rounds and steps, counted over all of them, and keeps the curve."""

    tell: Tell
    whole_rounds: int
    rounds: int = 0
    curve: list[dict[str, Any]] = field(default_factory=list)

    def looking(self, done: int, whole: int) -> None:
        sentence = f"Looking at the videos: {done} of {whole}." if whole else "Looked at before."
        self.tell(Told("looking", done, whole, sentence))

    def fitting(self, done: int, loss: float) -> None:
        del done  # of this fit: there may be two
        self.rounds += 1
        self.curve.append({"loss": loss})
        self.tell(
            Told("fitting", self.rounds, self.whole_rounds, "Learning the classes.", self.curve)
        )

    def stepping(self, at: Progress) -> None:
        self.curve.append({"loss": at.loss, "epoch": at.epoch, "step": at.step})
        done, whole = (at.epoch - 1) * at.steps + at.step, at.epochs * at.steps
        sentence = f"Learning, round {at.epoch} of {at.epochs}."
        self.tell(Told("training", done, whole, sentence, self.curve))


def finetune(config: FinetuneConfig, tell: Tell) -> str:
    """Teaches, writes `lesson.target` whole or not at all, and returns its SHA-256.

    Killed at any moment and called again, it goes on where it was and writes the same file. Raises
    `LearningError` (also `TooFewError`, `ListError`, `NoSpaceError`), `CheckpointError`, and
    whatever `tell` raises; the parent is never touched.
    """
    check_config(config)
    parent = joined_as_far(config.parent, config.joined)
    features = config.features or config.folder / "features"
    store = FeatureStore(parent, features, config.cache_dir, config.engine, config.limits)
    network = with_labels(parent, config.labels)
    report = _Report(tell, rounds_of(config.scope))
    seen = _look(config, store, report)
    answers = _answers(parent, seen)
    head = _fitted(config, network, seen, answers, report)
    if config.scope == "last-stage":
        seen = _taught(config, store, network, head, answers, report)
        head = _fitted(config, network, seen, answers, report)
    network.load_state_dict({"head.weight": head.weight, "head.bias": head.bias}, strict=False)
    if config.scope == "end-to-end":
        _taught_wholly(config, parent.spec, network, answers, report)
    spec = replace(
        parent.spec,
        name=config.name,
        labels=config.labels,
        origin=_origin(config),
        calibration=parent.spec.calibration and parent.spec.calibration.of_other_weights(),
        taught_from=len(config.learn),
    )
    with space_watched(config.target):
        config.target.parent.mkdir(parents=True, exist_ok=True)
        return checkpoint.save(config.target, spec, network.state_dict())


def _origin(config: FinetuneConfig) -> str:
    """Where the version comes from, and what of it was measured of its parent alone."""
    parent = config.parent.spec
    told = [f"Taught by corrections from {parent.name}."]
    if parent.calibration is not None and CALIBRATED_FOR_PARENT not in parent.origin:
        told.append(CALIBRATED_FOR_PARENT)
    return " ".join([*told, parent.origin])


def rounds_of(scope: Scope) -> int:
    """How many rounds of fitting there are: once the last stage has learned, all over again."""
    return ROUNDS * (2 if scope == "last-stage" else 1)


def features_of(scope: Scope) -> Kind:
    """What is computed of each video before anything learns."""
    return "maps" if scope == "last-stage" else "pooled"


def joined_as_far(loaded: LoadedCheckpoint, joined: int) -> LoadedCheckpoint:
    """The model with features of up to `joined` layers, as many as its architecture has."""
    for count in range(joined, 1, -1):
        try:
            return with_joined(loaded, count)
        except CheckpointError:
            continue
    return loaded


def _look(config: FinetuneConfig, store: FeatureStore, report: _Report) -> Seen:
    """Features of all videos; those that were computed before are looked up."""
    videos, kind = [*config.learn, *config.background], features_of(config.scope)
    store.compute(videos, kind, on_part=report.looking)
    if kind == "pooled":
        return _parted(config, store, store.of(videos, kind))
    return _pooled(config, store, LastStage(store.checkpoint.network))


def _pooled(config: FinetuneConfig, store: FeatureStore, stage: LastStage) -> Seen:
    """What a last stage makes of the kept maps, video by video."""
    videos = [*config.learn, *config.background]
    with torch.inference_mode():
        pooled = [stage(store.of([video], "maps")[0].float()) for video in videos]
    return _parted(config, store, [features.clone() for features in pooled])


def _parted(config: FinetuneConfig, store: FeatureStore, features: Sequence[Tensor]) -> Seen:
    learned = len(config.learn)
    widths = joined_widths(store.checkpoint)
    return Seen(tuple(features[:learned]), tuple(features[learned:]), widths)


def _answers(parent: LoadedCheckpoint, seen: Seen) -> tuple[Tensor, ...]:
    """The parent's probabilities [views, its classes] for every video of the background."""
    with torch.inference_mode():
        found = [parent.network.head(f).softmax(dim=1).clone() for f in seen.background]
    return tuple(found)


def _fitted(
    config: FinetuneConfig,
    network: StagedNetwork,
    seen: Seen,
    answers: Sequence[Tensor],
    report: _Report,
) -> Head:
    background = None
    if seen.background:
        background = Background(stacked(seen.background), torch.cat(list(answers)))
    head = Head(network.head.weight.detach(), network.head.bias.detach())
    learn, old = stacked(seen.learn), len(config.parent.spec.labels)
    return fit_head(
        head,
        learn,
        _labels(config, seen),
        with_imagined(background, head, learn, seen.widths, old=old),
        old=old,
        on_round=report.fitting,
    )


def _labels(config: FinetuneConfig, seen: Seen) -> Tensor:
    """The class of every view."""
    pairs = zip(config.learn, seen.learn, strict=True)
    return torch.cat([torch.full((len(views),), example.label) for example, views in pairs])


def _taught(
    config: FinetuneConfig,
    store: FeatureStore,
    network: StagedNetwork,
    head: Head,
    answers: Sequence[Tensor],
    report: _Report,
) -> Seen:
    """Trains the network's last stage under `head`; returns what it makes of all videos then."""
    stage = LastStage(network)
    counts = [len(store.of([example], "maps")[0]) for example in config.learn]
    classes = len(config.labels)
    wanted = [
        F.one_hot(torch.full((count,), example.label), classes)
        for count, example in zip(counts, config.learn, strict=True)
    ]
    kept = [F.pad(answer, (0, classes - answer.shape[1])) for answer in answers]
    teach_last_stage(
        stage,
        head,
        store,
        Lessons((*config.learn, *config.background), (*wanted, *kept)),
        config.folder / "last-stage",
        recipe=config.course,
        seed=config.seed,
        identity=_identity(config),
        on_progress=report.stepping,
    )
    return _pooled(config, store, stage)


def _taught_wholly(
    config: FinetuneConfig,
    spec: ModelSpec,
    network: StagedNetwork,
    answers: Sequence[Tensor],
    report: _Report,
) -> None:
    """Trains all layers of the network, its fitted head among them."""
    classes = len(config.labels)
    wanted = [F.one_hot(torch.tensor(example.label), classes).float() for example in config.learn]
    kept = [F.pad(answer.mean(dim=0), (0, classes - answer.shape[1])) for answer in answers]
    teach_end_to_end(
        network,
        replace(spec, labels=config.labels),
        (*config.learn, *config.background),
        torch.stack([*wanted, *kept]),
        config.folder / "end-to-end",
        recipe=config.course,
        seed=config.seed,
        limits=config.limits,
        identity=_identity(config),
        on_progress=report.stepping,
    )


def _identity(config: FinetuneConfig) -> dict[str, Any]:
    """What must be the same for a killed run to go on."""
    videos = [[str(e.path), e.sha256, e.label, e.start_s, e.end_s] for e in config.learn]
    others = [[str(e.path), e.sha256] for e in config.background]
    listed = json.dumps([videos, others, config.labels])
    return {
        "recipe": json.dumps(config.course.to_json(), sort_keys=True),
        "starting_weights": config.parent.sha256,
        "training_list": hashlib.sha256(listed.encode()).hexdigest(),
        "joined_layers": config.joined,
        "seed": config.seed,
    }
