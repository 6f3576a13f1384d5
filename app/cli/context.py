"""What all commands share: where the data folder is, and what is set. Imports nothing slow."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.settings import Settings, load_settings, prepare_environment

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help=(
            "Folder that keeps everything (also SECOND_LOOK_DATA_DIR). Default: ./data in a"
            " checkout, the user's own data folder once installed"
        ),
        show_default=False,
    ),
]


def set_data_dir(context: typer.Context, data_dir: Path | None) -> None:
    """Remembers --data-dir for `settings_of`; a later mention of the option wins."""
    if data_dir is not None or context.obj is None:
        context.obj = data_dir


def settings_of(context: typer.Context, data_dir: Path | None, **given: object) -> Settings:
    """The settings of this run, wherever on the line --data-dir stood."""
    set_data_dir(context, data_dir)
    settings = load_settings(data_dir=context.obj, **given)
    prepare_environment(settings)
    return settings
