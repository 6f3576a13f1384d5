"""`predict`: says what happens in videos, for people and (with --json) for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.context import DataDir
from app.cli.freeze_check import Checked, Checks
from app.cli.predict_files import Keeping, check_target
from app.cli.predict_many import Bar, Table, find_videos
from app.cli.services import services_of
from app.words.certainty import headline, remark
from app.workflow.answers.reporting import report
from model.errors import VideoError
from model.inference.prediction import Prediction, ProtocolName
from model.inference.seam import Predictor
from model.inference.timeline import Averaging

Answered = tuple[Prediction, Checked]
Say = Callable[[Prediction, Path, Checked], None]
NONE, SOME = 2, 3  # exit codes where not all videos were answered


Engine = Annotated[Literal["auto", "torch", "openvino"] | None, typer.Option(help="What computes.")]
Protocol = Annotated[
    ProtocolName, typer.Option(help="auto: the whole video. val, test: the published protocols.")
]
Average = Annotated[
    Averaging, typer.Option(help="Average softmax values (prob) or logits (score).")
]
Film = Annotated[
    Path | None, typer.Option(help="Write the video with heat map and curve to this MP4.")
]
Csv = Annotated[
    Path | None,
    typer.Option(
        help="Write a table: a row for each moment of one video, or for each of several videos."
    ),
]
Arrays = Annotated[Path | None, typer.Option(help="Write all arrays as an npz file.")]
Label = Annotated[
    str | None, typer.Option(help="The class that the film is about. Default: the first.")
]


def predict(
    context: typer.Context,
    videos: Annotated[
        list[Path], typer.Argument(help="Video files and folders.", show_default=False)
    ],
    model: Annotated[
        str | None, typer.Option(help="Name of a model, or a .safetensors file.")
    ] = None,
    protocol: Protocol = "auto",
    average_clips: Average = "prob",
    engine: Engine = None,
    top: Annotated[int, typer.Option(min=1, help="How many classes to name.")] = 5,
    scores: Annotated[bool, typer.Option("--scores", help="Give all classes' scores.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a video.")] = False,
    film: Film = None,
    csv: Csv = None,
    arrays: Arrays = None,
    label: Label = None,
    check: Annotated[bool, typer.Option("--check", help="Look again: is the curve right?")] = False,
    data_dir: DataDir = None,
) -> None:
    """Say what happens in videos, or in all videos of folders.

    Nothing is stored but the files that are asked for. What cannot be answered is told and left
    out. Exit code: 0 all were answered, 3 some were not, 2 none was.
    """
    found = find_videos(videos)
    several = len(found) > 1 or any(place.is_dir() for place in videos)
    keeping = Keeping(film, None if several else csv, arrays, label)
    keeping.check(found)
    check_target(csv, found)
    checks = Checks(model, wanted=check, average=average_clips)
    services = services_of(context, data_dir, engine=engine)
    predictor: Predictor = services.models.predictor(model)
    classes = keeping.classes(predictor.labels)
    say = partial(_print_as_json, with_scores=scores) if as_json else _print_for_people
    ask = partial(
        predictor.predict,
        protocol=protocol,
        average=average_clips,
        top_k=top,
        classes=classes,
    )

    def answer(video: Path) -> Answered:
        prediction = ask(video)
        keeping.write(services, video, prediction)
        return prediction, checks.of(services, video, prediction)

    with Table(csv if several else None, top=top) as table:
        failed = _answer_all(found, answer, say, table)
    if failed:
        raise typer.Exit(NONE if failed == len(found) else SOME)


def _answer_all(
    videos: Sequence[Path], answer: Callable[[Path], Answered], say: Say, table: Table
) -> int:
    """Answers for one after the other; how many failed, each of which has been told."""
    failed, bar = 0, Bar(len(videos))
    for video in bar.over(videos):
        try:
            prediction, checked = answer(video)
        except VideoError as error:
            failed += 1
            sentence = " ".join(str(error).split())
            table.failed(video, sentence)
            bar.clear()
            print(f"{video}: {sentence}", file=sys.stderr)
        else:
            table.answered(video, prediction)
            bar.clear()
            say(prediction, video, checked)
    return failed


def _print_as_json(
    prediction: Prediction, video: Path, checked: Checked, *, with_scores: bool
) -> None:
    said = report(prediction, str(video), with_scores=with_scores)
    print(json.dumps({**said, **checked.fields}), flush=True)


def _print_for_people(prediction: Prediction, video: Path, checked: Checked) -> None:
    print(f"{video} ({prediction.video.duration_s:.1f} s, model {prediction.model})")
    print(f"  {headline(prediction)}. {remark(prediction)}".rstrip())
    for score in prediction.top:
        print(f"  {score.probability:6.1%}  {score.label}")
    for note in prediction.notes:
        print(f"  Note: {note}")
    for line in checked.lines:
        print(f"  {line}")
