"""`python -m app`: gathers the commands; every known error becomes one line and exit code 2."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from app.cli import exit_codes as ending
from app.cli.commands import Commands
from app.cli.context import DataDir, set_data_dir

app = typer.Typer(
    name="second-look",
    cls=Commands,
    help="Says what happens in a video, when and where it saw it, and learns from corrections.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def common(
    context: typer.Context,
    data_dir: DataDir = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell more in the log.")] = False,
) -> None:
    """Options for every command."""
    handler = logging.StreamHandler(sys.stderr)
    # Of the handler, not of the root: a job's own log asks the root for more while it runs.
    handler.setLevel(logging.INFO if verbose else logging.WARNING)
    log_format = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=handler.level, format=log_format, handlers=[handler])
    set_data_dir(context, data_dir)


def run() -> None:
    """Runs the command line; exits with 2 and one clear line where the input cannot be used."""
    ending.run(app)
