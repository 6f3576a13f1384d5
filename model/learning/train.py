"""Trains a whole network from a list of videos. Read `train` first.

The same command under torchrun uses several processes; one alone needs nothing of that.
"""

from __future__ import annotations

import copy
import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model.errors import Cancelled
from model.inference.predictor import LocalPredictor
from model.learning.clips import Sampler, batches
from model.learning.errors import RunError, TooFewError
from model.learning.examples import Example, check_labels
from model.learning.loop import Rows, run_epochs
from model.learning.metrics import Metrics, measure
from model.learning.optimise import reproducible
from model.learning.processes import Processes, joined_processes
from model.learning.recipe import Recipe
from model.learning.runfiles import prepare_folder, space_watched
from model.learning.scoring import score
from model.learning.start import OnProgress, Options, Start, Stop, Trained
from model.network.staged import StagedNetwork
from model.weights import checkpoint
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import ModelSpec

MODEL = "model.safetensors"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WholeNetwork:
    """All layers learn, from clips that are decoded and augmented on the way."""

    network: StagedNetwork
    sampler: Sampler
    learn: Sequence[Example]
    workers: int

    def batches(self, epoch: int, rows: Rows) -> Iterator[Sequence[Tensor]]:
        """Clips [B, 3, T, H, W] and labels [B]."""
        return batches(self.sampler, self.learn, rows, epoch, workers=self.workers)

    def loss(self, module: nn.Module, batch: Sequence[Tensor]) -> Tensor:
        """Cross entropy; on a GPU the network computes in 16 bit."""
        clips, labels = batch
        with torch.autocast("cuda", torch.bfloat16, enabled=clips.is_cuda):
            logits, _ = module(clips)
        return F.cross_entropy(logits.float(), labels)


def train(
    start: Start,
    learn: Sequence[Example],
    check: Sequence[Example],
    folder: Path,
    *,
    recipe: Recipe,
    options: Options | None = None,
    on_progress: OnProgress | None = None,
    stop: Stop | None = None,
) -> Trained:
    """Trains all layers of `start.network`, which it takes over, and writes `model.safetensors`.

    `folder` holds the run: state, log, result. Killed or cancelled, the run goes on with
    `Options.resume` from its last state and ends with the same weights. Raises `LearningError`
    (`ListError`, `TooFewError`, `RunError`, `NoSpaceError`) with the reason, whatever
    `on_progress` raises, and `Cancelled` after saving once `stop` says so.
    """
    options = options or Options()
    if not learn:
        raise TooFewError("The training list is empty: there is nothing to learn from.")
    check_labels([*learn, *check], len(start.spec.labels))
    with joined_processes(options.device) as team, reproducible(options.deterministic):
        if team.first:
            prepare_folder(folder, resume=options.resume)
        team.wait()
        network = start.network.to(team.device)
        network.dropout.p = recipe.dropout
        sampler = Sampler(start.spec, options.augmentation, options.seed, options.limits)
        found: list[Metrics] = []

        def checked(_: int) -> dict[str, float]:
            found[:] = [check_answers(start.spec, network, check, folder, options, team, stop)]
            return headlines(found[0])

        run_epochs(
            WholeNetwork(network, sampler, learn, options.workers),
            len(learn),
            folder,
            recipe=recipe,
            options=options,
            team=team,
            identity=_identity(start, learn, recipe, options),
            on_progress=on_progress,
            after_epoch=checked if options.validate and check else None,
            stop=stop,
        )
        _log.info("Process %d ends with the weights %s.", team.rank, fingerprint(network))
        path, sha256 = write_model(start.spec, network, folder, team)
    return Trained(path, sha256, found[0] if found else None)


def check_answers(
    spec: ModelSpec,
    network: StagedNetwork,
    check: Sequence[Example],
    folder: Path,
    options: Options,
    team: Processes,
    stop: Stop | None = None,
) -> Metrics:
    """Metrics of the network as it is now (`val` protocol), each process doing its share.

    Raises `Cancelled` once `stop` says so, where this process is alone: several must end together,
    which they do after the next step.
    """

    def on_share(_: float) -> None:
        if stop is not None and not team.several and stop():
            raise Cancelled(f"Stopped as asked; the run in {folder} can be resumed.")

    copied = copy.deepcopy(network).eval().requires_grad_(False)
    predictor = LocalPredictor(
        LoadedCheckpoint(spec, "", copied), cache_dir=folder, engine="torch", limits=options.limits
    )
    mine = list(team.share(len(check)))
    answers = torch.zeros(len(check), len(spec.labels), dtype=torch.float64)
    found = score(predictor, [check[row] for row in mine], on_share=on_share)
    answers[mine] = torch.from_numpy(found)
    labels = torch.tensor([example.label for example in check])
    return measure(team.added(answers).numpy(), labels.numpy())


def headlines(metrics: Metrics) -> dict[str, float]:
    """The figures that go into the log and the curve."""
    return {
        "top1": metrics.top1,
        "top5": metrics.top5,
        "mean_class_accuracy": metrics.mean_class_accuracy,
    }


def fingerprint(network: nn.Module) -> str:
    """SHA-256 over the bytes of all weights, the same in processes that hold the same ones."""
    digest = hashlib.sha256()
    for tensor in network.state_dict().values():
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def write_model(
    spec: ModelSpec, network: StagedNetwork, folder: Path, team: Processes
) -> tuple[Path, str]:
    """Writes the finished checkpoint; returns its path and SHA-256, in every process."""
    path = folder / MODEL
    if team.first:
        with space_watched(path):
            checkpoint.save(path, spec, network.state_dict())
    team.wait()
    if not path.is_file():
        raise RunError(f"{path} is not there: all processes must see the same folder.")
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def _identity(
    start: Start, learn: Sequence[Example], recipe: Recipe, options: Options
) -> dict[str, Any]:
    """What must be the same when a run is resumed, for its weights to be the same."""
    listed = json.dumps([[str(e.path), e.label, e.start_s, e.end_s] for e in learn])
    spec = start.spec
    return {
        "recipe": json.dumps(recipe.to_json(), sort_keys=True),
        "starting_weights": start.sha256,
        "model": json.dumps([spec.arch, dict(spec.options), list(spec.labels)]),
        "training_list": hashlib.sha256(listed.encode()).hexdigest(),
        "augmentation": json.dumps(asdict(options.augmentation)),
        "seed": options.seed,
    }
