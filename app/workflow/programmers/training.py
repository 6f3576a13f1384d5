"""What `train` and `test` are asked to do, checked before anything starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from app.workflow.errors import CannotTeach
from app.workflow.programmers.configs import Config, config_of, weights_of
from model.errors import Cancelled
from model.learning.adapt import from_checkpoint, from_scratch
from model.learning.class_names import Listing, knows_all, number_classes
from model.learning.errors import RunError
from model.learning.examples import Example, check_labels
from model.learning.lists import check_videos, read_list
from model.learning.processes import check_device
from model.learning.recipe import Recipe
from model.learning.runfiles import (
    check_folder,
    check_space,
    check_writable,
    space_for_run,
    space_watched,
)
from model.learning.start import Options, Start, Stop
from model.video.facts import VideoLimits
from model.video.reader import VideoReader
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.labels import read_labels

Examples = tuple[Example, ...]
SCORE_BYTES = 16  # of a result: nine digits, a comma, a line end, and the indent


@dataclass(frozen=True, slots=True)
class Sources:
    """Where videos are: paths in lists are relative to `prefix`, or else to the list's folder.

    `first` is the number of the first class in lists of numbers, None as the list shows it.
    `look_first`: open every video before anything starts, which takes a tenth of a second each.
    """

    data: Path
    prefix: Path | None = None
    look_first: bool = True
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the recipe.

    Other `epochs` stretch or shorten the schedule of the learning rate (`Recipe.lasting`).
    """

    epochs: int | None = None
    batch_size: int | None = None
    lr: float | None = None
    dropout: float | None = None

    def of(self, recipe: Recipe) -> Recipe:
        """The recipe with these changes."""
        return replace(
            recipe.lasting(self.epochs or recipe.epochs),
            batch_size=self.batch_size or recipe.batch_size,
            lr=self.lr or recipe.lr,
            dropout=recipe.dropout if self.dropout is None else self.dropout,
        )


@dataclass(frozen=True, slots=True)
class Ask:
    """A training. What is None is as in the config or the weights."""

    config: str
    folder: Path
    sources: Sources
    options: Options
    check: Path | None = None
    labels: Path | None = None
    classes: int | None = None
    load_from: str | None = None
    changes: Changes = Changes()


@dataclass(frozen=True, slots=True)
class Plan:
    """A training that can start. `note` says what a person might not expect, perhaps nothing."""

    start: Start
    recipe: Recipe
    learn: Examples
    check: Examples
    note: str


def prepare_training(ask: Ask, models: Path, stop: Stop) -> Plan:
    """Reads and checks all that a training needs; `models` is the folder of this machine's models.

    Raises `AppError` or `ModelError` with what is wrong, and `Cancelled` once `stop` says so.
    """
    check_device(ask.options.device)
    check_folder(ask.folder, resume=ask.options.resume)
    config = config_of(ask.config, models)
    listed, checked = _listings(ask)
    start = _start(ask, config, models, listed.names)
    numbered = number_classes(listed, start.spec.labels, ask.sources.first)
    learn, check = _sides(numbered.examples, checked, start.spec.labels, ask)
    check_labels([*learn, *check], len(start.spec.labels))
    state = start.network.state_dict().values()
    check_space(ask.folder, space_for_run(ask.folder, sum(tensor.nbytes for tensor in state)))
    if ask.sources.look_first:
        look_at_all((*learn, *check), ask.options.limits, stop)
    note = f"{numbered.meaning} {_note(ask, start, check)}".strip()
    return Plan(start, ask.changes.of(config.recipe), learn, check, note)


@dataclass(frozen=True, slots=True)
class Trial:
    """A test of the weights `checkpoint`, whose result becomes the file `out`."""

    config: str
    checkpoint: str
    sources: Sources
    out: Path | None
    limits: VideoLimits


@dataclass(frozen=True, slots=True)
class Test:
    """A test that can start. `note` says what the classes of the list mean."""

    loaded: LoadedCheckpoint
    examples: Examples
    note: str


def prepare_test(ask: Trial, models: Path, stop: Stop) -> Test:
    """The checkpoint to test and the videos to test it on. Raises as `prepare_training` does."""
    config = config_of(ask.config, models)
    listed = read_list(ask.sources.data, root=ask.sources.prefix)
    loaded = weights_of(ask.checkpoint, models, config)
    numbered = number_classes(listed, loaded.spec.labels, ask.sources.first)
    examples = numbered.examples
    check_labels(examples, len(loaded.spec.labels))
    if ask.out is not None:
        if ask.out.is_dir():
            raise RunError(f"{ask.out} is a folder: give the name of a file for the result.")
        check_writable(ask.out.parent)
        check_space(ask.out.parent, len(examples) * len(loaded.spec.labels) * SCORE_BYTES)
        with space_watched(ask.out.parent):
            ask.out.parent.mkdir(parents=True, exist_ok=True)
    if ask.sources.look_first:
        look_at_all(examples, ask.limits, stop)
    return Test(loaded, examples, numbered.meaning)


def look_at_all(examples: Examples, limits: VideoLimits, stop: Stop) -> None:
    """Opens every video. Raises `ListError` naming those that cannot be used, and `Cancelled`."""

    def look(path: Path) -> None:
        if stop():
            raise Cancelled("Stopped before anything started.")
        with VideoReader(path, limits):
            pass

    check_videos(examples, look)


def _listings(ask: Ask) -> tuple[Listing, Listing | None]:
    """What to learn from, and a list of its own to check with."""
    prefix = ask.sources.prefix
    listed = read_list(ask.sources.data, root=prefix)
    return listed, None if ask.check is None else read_list(ask.check, root=prefix)


def _sides(
    listed: Examples, checked: Listing | None, labels: tuple[str, ...], ask: Ask
) -> tuple[Examples, Examples]:
    """To learn from and to check with; a training set may name both, a list of its own wins."""
    if checked is not None:
        return listed, number_classes(checked, labels, ask.sources.first).examples
    learn = tuple(example for example in listed if example.split not in ("val", "test"))
    if not learn:
        raise CannotTeach(f"All of {ask.sources.data.name} is kept for checking: nothing is left.")
    return learn, tuple(example for example in listed if example.split == "val")


def _start(ask: Ask, config: Config, models: Path, names: tuple[str, ...]) -> Start:
    source = ask.load_from or (config.weights and str(config.weights))
    loaded = weights_of(source, models, config) if source else None
    begun = loaded.spec if loaded is not None else config.spec
    spec = replace(
        config.spec,
        name=ask.folder.absolute().name,
        labels=_labels(ask, begun.labels, names),
        origin=f"Trained as {config.spec.name} from {begun.name if loaded else 'random weights'}.",
        licence=begun.licence,
        calibration=None,  # it was measured of other weights
        taught_from=0,
    )
    if loaded is None:
        return from_scratch(spec, ask.options.seed)
    return from_checkpoint(spec, loaded, seed=ask.options.seed)


def _labels(ask: Ask, known: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """The classes to be: those asked for, else the model's, unless the list names others."""
    if names and not knows_all(names, known):
        known = names
    labels = read_labels(ask.labels) if ask.labels is not None else known
    if ask.classes in (None, len(labels)):
        return labels
    if ask.labels is not None:
        raise CannotTeach(
            f"The label file {ask.labels.name} names {len(labels)} classes, not {ask.classes}: "
            "correct one of the two, or leave the number out."
        )
    return tuple(f"class {index}" for index in range(ask.classes or 0))


def _note(ask: Ask, start: Start, check: Examples) -> str:
    notes = []
    if not start.sha256:
        notes.append("The training begins with random weights; --load-from gives it others.")
    if ask.options.validate and not check:
        notes.append("There is nothing to validate with: --val-data names a list for that.")
    return " ".join(notes)
