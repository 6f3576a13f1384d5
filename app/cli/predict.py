"""`predict`: says what happens in videos, for people and (with --json) for programs."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.checks import Checked, Checks
from app.cli.context import DataDir, services_of
from app.cli.keeping import Keeping
from app.workflow.models import predict_file
from app.workflow.reporting import report
from model.errors import VideoError
from model.inference.headline import headline, remark
from model.inference.prediction import Prediction, ProtocolName
from model.inference.timeline import Averaging


def predict(
    context: typer.Context,
    videos: Annotated[list[Path], typer.Argument(help="Video files.", show_default=False)],
    model: Annotated[
        str | None, typer.Option(help="Name of a model, or a .safetensors file.")
    ] = None,
    protocol: Annotated[
        ProtocolName,
        typer.Option(help="auto: the whole video. val, test: the published protocols."),
    ] = "auto",
    average_clips: Annotated[
        Averaging, typer.Option(help="Average softmax values (prob) or logits (score).")
    ] = "prob",
    engine: Annotated[
        Literal["auto", "torch", "openvino"] | None, typer.Option(help="What computes.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many classes to name.")] = 5,
    scores: Annotated[bool, typer.Option("--scores", help="Give all classes' scores.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a video.")] = False,
    film: Annotated[
        Path | None, typer.Option(help="Write the video with heat map and curve to this MP4.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write a table with a row for each moment.")
    ] = None,
    arrays: Annotated[Path | None, typer.Option(help="Write all arrays as an npz file.")] = None,
    label: Annotated[
        str | None, typer.Option(help="The class that the film is about. Default: the first.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Look again: is the curve right?")] = False,
    data_dir: DataDir = None,
) -> None:
    """Say what happens in videos. Nothing is stored but the files that are asked for."""
    keeping = Keeping(film, csv, arrays, label)
    keeping.check(videos)
    checks = Checks(model, wanted=check, average=average_clips)
    services = services_of(context, data_dir, engine=engine)
    classes = keeping.classes(services.models.predictor(model).checkpoint.spec.labels)
    say = partial(_print_as_json, with_scores=scores) if as_json else _print_for_people
    failed = False
    for video in videos:
        try:
            prediction = predict_file(
                services.models,
                video,
                model=model,
                protocol=protocol,
                average=average_clips,
                top_k=top,
                classes=classes,
            )
            keeping.write(services, video, prediction)
            checked = checks.of(services, video, prediction)
        except VideoError as error:
            failed = True
            print(f"{video}: {' '.join(str(error).split())}", file=sys.stderr)
            continue
        say(prediction, video, checked)
    if failed:
        raise typer.Exit(2)


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
