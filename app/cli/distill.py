"""`distill`: a network learns to answer as a larger one does, from videos without labels."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.context import DataDir, settings_of
from app.cli.interrupt import resumable, stop_on_signals
from app.cli.train import Device, Resume, Seed, WorkDir, teller
from app.wiring import limits_of
from app.workflow.programmers.distilling import Ask, prepare_distillation
from model.learning.distil.fitting import Fitted
from model.learning.distil.run import Agreement, Course, Part, distil
from model.learning.distil.task import Aim
from model.learning.start import Options

Teacher = Annotated[str, typer.Option(help="A model of this machine, or a weight file.")]
Student = Annotated[
    str,
    typer.Option(help="A model, a weight file, separated-i3d-b8-s16, or ircsn-r26-half."),
]
Places = Annotated[
    list[Path] | None,
    typer.Option(help="Folder, list or file of videos; may be given several times."),
]
Images = Annotated[
    list[Path] | None, typer.Option(help="Folder or file of still pictures to move over.")
]
Check = Annotated[
    list[Path] | None, typer.Option(help="Videos to compare the two on; never learned from.")
]
Steps = Annotated[int, typer.Option(min=0, help="About how many steps; 0 only fits layers.")]
Fit = Annotated[
    int | None,
    typer.Option(min=0, help="Views to fit the layers of a student on that is separated now."),
]
Batch = Annotated[int, typer.Option(min=1, help="Views in a step, for each process.")]
Rate = Annotated[
    float, typer.Option(min=1e-12, help="Learning rate; falls to zero along a cosine.")
]
Temperature = Annotated[float, typer.Option(min=0.1)]
Dense = Annotated[float, typer.Option(min=0, help="Weight of the last feature map; 0: none.")]
Learns = Annotated[Literal["all", "last-stage"], typer.Option(help="Which layers.")]
Pixels = Annotated[int | None, typer.Option(min=32, help="Size of the student's pictures.")]
Frames = Annotated[int | None, typer.Option(min=8, help="Pictures in the student's clip.")]


def distill(
    context: typer.Context,
    teacher: Teacher,
    student: Student,
    work_dir: WorkDir,
    steps: Steps,
    videos: Places = None,
    images: Images = None,
    check: Check = None,
    batch_size: Batch = 4,
    lr: Rate = 1e-3,
    temperature: Temperature = 2.0,
    dense: Dense = 1.0,
    learns: Learns = "all",
    fit: Fit = None,
    pixels: Pixels = None,
    frames: Frames = None,
    seed: Seed = 0,
    resume: Resume = False,
    device: Device = None,
    data_dir: DataDir = None,
) -> None:
    """Let a student learn to answer as its teacher does, from videos and pictures without labels.

    Both see the same views: cut out, moved, mirrored, mixed, at other speeds. --resume goes on.
    """
    settings = settings_of(context, data_dir)
    part: Part = learns
    course = Course(steps, batch_size, lr, part, fitted=fit or 0, aim=Aim(temperature, dense))
    options = Options(seed=seed, resume=resume, device=device, limits=limits_of(settings))
    ask = Ask(
        teacher,
        student,
        tuple(videos or ()),
        tuple(images or ()),
        tuple(check or ()),
        work_dir,
        course,
        options,
        pixels=pixels,
        clip_len=frames,
        fit_unasked=fit is None,
    )
    _carry_out(ask, settings.models_dir)


def _carry_out(ask: Ask, models: Path) -> None:
    stop = stop_on_signals()
    plan = prepare_distillation(ask, models, stop)
    with resumable(ask.options.device, plan.note) as team:
        done = distil(
            plan.start,
            plan.teacher,
            plan.films,
            plan.check,
            ask.folder,
            course=plan.course,
            options=ask.options,
            on_progress=teller(),
            on_layer=_tell_layer,
            stop=stop,
        )
        if not team.first:
            return
    if done.before.videos:
        print(f"before: {_told(done.before)}\nafter: {_told(done.after)}")
    print(f"Distilled: {done.path} (SHA-256 {done.sha256})")


def _told(found: Agreement) -> str:
    return (
        f"the teacher's first answer is the student's on {found.first} of {found.videos} videos, "
        f"and among its first five on {found.fifth}"
    )


def _tell_layer(found: Fitted) -> None:
    print(
        f"{found.name}: {found.cut:.1%} of its output lost, after the fit {found.left:.1%}",
        file=sys.stderr,
    )
