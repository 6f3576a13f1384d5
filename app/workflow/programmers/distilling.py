"""What `distill` is asked to do, checked before anything starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch

from app.workflow import model_files
from app.workflow.errors import CannotTeach
from app.workflow.programmers.training import look_at_all
from model.learning.distil.material import Film, find_pictures, find_videos, read_material
from model.learning.distil.run import Course
from model.learning.distil.students import named_student
from model.learning.distil.task import feeding
from model.learning.examples import Example
from model.learning.processes import check_device
from model.learning.runfiles import check_folder, check_space, space_for_run
from model.learning.start import Options, Start, Stop
from model.weights import catalogue, checkpoint
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import ModelSpec

FITTED = 128  # views that a student is fitted on if nobody said how many
ROOM = 8 / 7  # of pictures that a square of the views' size is cut out of: 256 for 224 pixels


@dataclass(frozen=True, slots=True)
class Ask:
    """A distillation. `pixels` and `clip_len` of the student, None as it is or as the default.

    `fit_unasked`: the layers of a student that is separated now are fitted on a usual number of
    views, whatever the course says. `check` are places with videos that are not learned from.
    """

    teacher: str
    student: str
    videos: tuple[Path, ...]
    pictures: tuple[Path, ...]
    check: tuple[Path, ...]
    folder: Path
    course: Course
    options: Options
    pixels: int | None = None
    clip_len: int | None = None
    fit_unasked: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A distillation that can start. `note` says what a person might not expect, or nothing."""

    start: Start
    teacher: LoadedCheckpoint
    films: tuple[Film, ...]
    check: tuple[Path, ...]
    course: Course
    note: str


def prepare_distillation(ask: Ask, models: Path, stop: Stop) -> Plan:
    """Reads and checks all that is needed; `models` is the folder of this machine's models.

    Raises `AppError` or `ModelError` with what is wrong, and `Cancelled` once `stop` says so.
    """
    check_device(ask.options.device)
    check_folder(ask.folder, resume=ask.options.resume)
    teacher = checkpoint.load(model_files.path_of(ask.teacher, models))
    start = _student(ask, teacher, models)
    fed = feeding(teacher.spec, start.spec)
    check = find_videos(ask.check)
    kept = {path.resolve() for path in check}
    videos = tuple(path for path in find_videos(ask.videos) if path.resolve() not in kept)
    state = start.network.state_dict().values()
    check_space(ask.folder, space_for_run(ask.folder, sum(tensor.nbytes for tensor in state)))
    look_at_all(tuple(Example(path, 0) for path in (*videos, *check)), ask.options.limits, stop)
    device = ask.options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    films = read_material(
        videos,
        find_pictures(ask.pictures),
        side=round(fed.size * ROOM),
        limits=ask.options.limits,
        device=torch.device(device),
    )
    frozen = bool(start.sha256) or start.spec.arch == "separated-i3d"
    cut_now = not start.sha256 and start.spec.arch == "separated-i3d"
    fitted = (FITTED if cut_now else 0) if ask.fit_unasked else ask.course.fitted
    course = replace(ask.course, frozen_norm=frozen, fitted=fitted)
    return Plan(start, teacher, films, check, course, _note(check, frozen))


def _student(ask: Ask, teacher: LoadedCheckpoint, models: Path) -> Start:
    if ask.student in model_files.installed(models) or ask.student.endswith(".safetensors"):
        loaded = checkpoint.load(model_files.path_of(ask.student, models))
        begun = Start(loaded.spec, loaded.network, loaded.sha256)
    else:
        like = _fed(ask, checkpoint.read_spec(catalogue.default_path()))
        begun = named_student(ask.student, teacher, like, seed=ask.options.seed)
    spec = replace(
        _fed(ask, begun.spec),
        name=ask.folder.absolute().name,
        origin=f"{ask.student} taught to answer as {teacher.spec.name} does.",
        calibration=None,  # it was measured of other weights
        taught_from=0,
    )
    return replace(begun, spec=spec)


def _fed(ask: Ask, spec: ModelSpec) -> ModelSpec:
    """Fed as asked; fewer pictures span the same time, so that each is further from the next."""
    clip_len = ask.clip_len or spec.clip_len
    span = spec.clip_len * spec.interval
    if span % clip_len:
        raise CannotTeach(
            f"A clip spans {span} frames, which cannot be divided into {clip_len} even steps."
        )
    pixels = ask.pixels
    return replace(
        spec,
        clip_len=clip_len,
        interval=span // clip_len,
        short_side=round(pixels * ROOM) if pixels else spec.short_side,
        crop=pixels or spec.crop,
    )


def _note(check: tuple[Path, ...], frozen: bool) -> str:
    notes = []
    if not frozen:
        notes.append("The student begins with random weights: that takes very many steps.")
    if not check:
        notes.append("Nothing shows whether it gains: --check names videos that are kept apart.")
    return " ".join(notes)
