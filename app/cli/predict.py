"""`predict`: says what happens in videos, for people and (with --json) for programs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.context import DataDir, services_of
from app.cli.keeping import Keeping
from app.workflow.models import predict_file
from app.workflow.reporting import report
from model.errors import VideoError
from model.inference.certainty import doubt
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
    data_dir: DataDir = None,
) -> None:
    """Say what happens in videos. Nothing is stored but the files that are asked for."""
    keeping = Keeping(film, csv, arrays, label)
    keeping.check(videos)
    services = services_of(context, data_dir, engine=engine)
    labels = services.models.predictor(model).checkpoint.spec.labels
    classes = keeping.classes(labels)
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
        except VideoError as error:
            failed = True
            print(f"{video}: {' '.join(str(error).split())}", file=sys.stderr)
            continue
        if as_json:
            print(json.dumps(report(prediction, str(video), with_scores=scores)), flush=True)
        else:
            _print_for_people(prediction, video)
    if failed:
        raise typer.Exit(2)


def _print_for_people(prediction: Prediction, video: Path) -> None:
    print(f"{video} ({prediction.video.duration_s:.1f} s, model {prediction.model})")
    for score in prediction.top:
        print(f"  {score.probability:6.1%}  {score.label}")
    hesitation = doubt(prediction)
    if hesitation is not None:
        print(f"  Not sure. {hesitation.text}")
    for note in prediction.notes:
        print(f"  Note: {note}")
