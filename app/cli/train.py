"""`train`: trains any model of the catalogue from a list of videos, alone or under torchrun."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.context import DataDir, settings_of
from app.cli.interrupt import resumable, stop_on_signals
from app.wiring import limits_of
from app.workflow.programmers.training import Ask, Changes, Plan, Sources, prepare_training
from model.learning.augment import Augmentation
from model.learning.metrics import Metrics
from model.learning.start import OnProgress, Options, Progress, Stop
from model.learning.train import train as train_network

TELL_EVERY_S = 2.0


class Metric(StrEnum):
    """What `--eval` may name."""

    TOP_K = "top_k_accuracy"
    MEAN_CLASS = "mean_class_accuracy"


# What `test` takes as well.
Config = Annotated[str, typer.Argument(help="A name of `models list`.", show_default=False)]
Data = Annotated[
    Path,
    typer.Option(
        help="List of videos, `path class` a line; or a folder with a folder for each class.",
        show_default=False,
    ),
]
First = Annotated[
    Literal[0, 1] | None,
    typer.Option(
        "--numbers-from", help="Number of the first class in the lists. Default: as they show."
    ),
]
Prefix = Annotated[
    Path | None,
    typer.Option("--data-prefix", help="Folder of the lists' paths. Default: the list's own."),
]
LookFirst = Annotated[
    bool,
    typer.Option(
        "--check-videos/--no-check-videos",
        help="Open every video before the start, which takes about a tenth of a second each.",
    ),
]

WorkDir = Annotated[Path, typer.Option(help="Folder of the run.", show_default=False)]
ValData = Annotated[Path | None, typer.Option(help="The same, to validate with.")]
Labels = Annotated[Path | None, typer.Option(help="One class name a line.")]
Classes = Annotated[
    int | None, typer.Option(min=1, help="How many classes, where they have no names.")
]
LoadFrom = Annotated[str | None, typer.Option(help="Model or weight file to begin with.")]
Validate = Annotated[bool, typer.Option("--validate", help="Check after every epoch.")]
Seed = Annotated[int, typer.Option(help="Decides everything that is left to chance.")]
Deterministic = Annotated[bool, typer.Option("--deterministic", help="The same bits every time.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")]
Epochs = Annotated[
    int | None, typer.Option(min=1, help="The schedule of the learning rate fits them.")
]
Batch = Annotated[int | None, typer.Option(min=1, help="Clips in a step, for each process.")]
Rate = Annotated[
    float | None, typer.Option(min=1e-12, help="For 96 clips in a step; scaled with the batch.")
]
Dropout = Annotated[float | None, typer.Option(min=0, max=0.99)]
Flip = Annotated[float, typer.Option(min=0, max=1, help="Share of clips that are mirrored.")]
Workers = Annotated[int, typer.Option(min=1, help="Videos decoded at once, in each process.")]
Device = Annotated[Literal["cpu", "cuda"] | None, typer.Option(help="What computes.")]


def train(
    context: typer.Context,
    config: Config,
    data: Data,
    work_dir: WorkDir,
    val_data: ValData = None,
    data_prefix: Prefix = None,
    first: First = None,
    labels: Labels = None,
    num_classes: Classes = None,
    load_from: LoadFrom = None,
    validate: Validate = False,
    seed: Seed = 0,
    deterministic: Deterministic = False,
    resume: Resume = False,
    epochs: Epochs = None,
    batch_size: Batch = None,
    lr: Rate = None,
    dropout: Dropout = None,
    flip: Flip = 0.5,
    workers: Workers = 2,
    device: Device = None,
    check_videos: LookFirst = True,
    data_dir: DataDir = None,
) -> None:
    """Train a model from a list of videos; under torchrun, in several processes.

    Options that you leave out are as in the recipe by which the model was published.
    """
    settings = settings_of(context, data_dir)
    options = Options(
        seed=seed,
        deterministic=deterministic,
        resume=resume,
        validate=validate,
        device=device,
        workers=workers,
        augmentation=Augmentation(flip=flip),
        limits=limits_of(settings),
    )
    ask = Ask(
        config,
        work_dir,
        Sources(data, data_prefix, check_videos, first),
        options,
        check=val_data,
        labels=labels,
        classes=num_classes,
        load_from=load_from,
        changes=Changes(epochs, batch_size, lr, dropout),
    )
    stop = stop_on_signals()
    _carry_out(ask, prepare_training(ask, settings.models_dir, stop), stop)


def _carry_out(ask: Ask, plan: Plan, stop: Stop) -> None:
    with resumable(ask.options.device, plan.note) as team:
        done = train_network(
            plan.start,
            plan.learn,
            plan.check,
            ask.folder,
            recipe=plan.recipe,
            options=ask.options,
            on_progress=teller(),
            stop=stop,
        )
        if not team.first:
            return
    if done.metrics is not None:
        print_metrics(done.metrics)
    print(f"Trained: {done.path} (SHA-256 {done.sha256})")


def print_metrics(metrics: Metrics, wanted: Collection[Metric] = tuple(Metric)) -> None:
    """The figures of a check that are asked for."""
    if Metric.TOP_K in wanted:
        print(f"top1_acc: {metrics.top1:.4f}")
        print(f"top5_acc: {metrics.top5:.4f}")
    if Metric.MEAN_CLASS in wanted:
        print(f"mean_class_accuracy: {metrics.mean_class_accuracy:.4f}")


def teller() -> OnProgress:
    """Tells on the error stream, every few seconds, how far a run is."""
    told = -TELL_EVERY_S

    def tell(at: Progress) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told < TELL_EVERY_S and at.step < at.steps:
            return
        told = now
        print(
            f"epoch {at.epoch}/{at.epochs}, step {at.step}/{at.steps}: loss {at.loss:.4f}, "
            f"rate {at.rate:.2e}, {at.left_s:.0f} s left",
            file=sys.stderr,
            flush=True,
        )

    return tell
