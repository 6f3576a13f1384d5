"""`python -m app`: gathers the commands; every known error becomes one line and exit code 2."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from app.cli import (
    check,
    data,
    distilling,
    ending,
    learning,
    models,
    predict,
    serve,
    testing,
    training,
    users,
)
from app.cli.context import DataDir, set_data_dir

app = typer.Typer(
    name="second-look",
    help="Says what happens in a video, when and where it saw it, and learns from corrections.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command(name="serve")(serve.serve)
app.command(name="predict")(predict.predict)
app.command(name="finetune")(learning.finetune)
app.command(name="train")(training.train)
app.command(name="distill")(distilling.distill)
app.command(name="test", cls=testing.ListedMetrics)(testing.run_test)
app.command(name="worker")(learning.worker)
app.add_typer(models.app, name="models")
app.add_typer(users.app, name="users")
app.command(name="export")(data.export)
app.command(name="migrate")(data.migrate)
app.command(name="check")(check.check)


@app.callback()
def common(
    context: typer.Context,
    data_dir: DataDir = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell more in the log.")] = False,
) -> None:
    """Options for every command."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    set_data_dir(context, data_dir)


def run() -> None:
    """Runs the command line; exits with 2 and one clear line where the input cannot be used."""
    ending.run(app)
