"""`models`: which there are, fetching, importing, choosing the one that answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from app.cli.context import DataDir
from app.cli.services import services_of
from app.workflow.models import cards, model_store
from app.workflow.models.activation import activate_model
from app.workflow.models.known import KnownModel, known_models

app = typer.Typer(
    help="List, download, import and choose models.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command(name="list")
def list_models(context: typer.Context, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List the models of this machine and those that can be downloaded."""
    services = services_of(context, data_dir)
    services.models.active_path()  # if its file is gone, that comes first
    rows = [_fields(model) for model in known_models(services)]
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        state = "in use" if row["active"] else "here" if row["path"] else "can be downloaded"
        top1 = row["reported_top1"]
        reported = f"  reported top-1 {top1:.1f} %" if top1 else ""
        print(f"{row['name']:<52} {row['arch']:<15} {state}{reported}")


@app.command()
def download(context: typer.Context, name: str, data_dir: DataDir = None) -> None:
    """Fetch a model by its name (see `models list`): a published one, or the teacher."""
    services = services_of(context, data_dir)
    path = model_store.download(services.models, name, on_progress=_tell_bytes)
    print(f"\n{path.stem} is ready: {path}")
    print(f"To let it answer: python -m app models use {path.stem}")


@app.command(name="import")
def import_model(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An MMAction2 .pth file.", show_default=False)],
    name: Annotated[str, typer.Option(help="The name to give it here.")],
    arch: Annotated[str, typer.Option(help="For example ircsn-r50 or ipcsn-r152.")],
    normalisation: Annotated[
        Literal["imagenet", "vmz"], typer.Option(help="Mean and deviation it was trained with.")
    ],
    labels: Annotated[
        Path | None, typer.Option(help="One class name a line. Default: Kinetics-400.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Import an MMAction2 checkpoint, safely: nothing in the file is executed."""
    services = services_of(context, data_dir)
    path = model_store.import_file(
        services.models, file, name=name, arch=arch, normalisation=normalisation, labels=labels
    )
    print(f"{name} is ready: {path}")


@app.command()
def use(context: typer.Context, name: str, data_dir: DataDir = None) -> None:
    """Let this model answer from now on; earlier answers keep the model they came from."""
    services = services_of(context, data_dir)
    activate_model(services, name, by="command line")
    print(f"{name} answers from now on.")


@app.command()
def card(
    context: typer.Context,
    name: str,
    save: Annotated[
        bool, typer.Option("--save", help="Write it beside the model's weights instead.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Print what there is to know about a model, in the form of Hugging Face's model cards."""
    services = services_of(context, data_dir)
    if save:
        print(cards.save_card(services, name))
    else:
        print(cards.card_of(services, name), end="")


def _fields(model: KnownModel) -> dict[str, Any]:
    """A model as JSON values; what its authors report, in percent."""
    return {
        "name": model.name,
        "arch": "unreadable" if model.state == "damaged" else model.arch,
        "path": str(model.path) if model.path else None,
        "active": model.is_active,
        "reported_top1": model.entry.top1 if model.entry else None,
        "reported_top5": model.entry.top5 if model.entry else None,
        "note": model.note,
    }


def _tell_bytes(done: int, total: int | None) -> None:
    of = f" of {total / 1e6:.1f}" if total else ""
    print(f"\r{done / 1e6:.1f}{of} MB", end="", file=sys.stderr, flush=True)
