"""`users`: who may log in, where others can reach the server."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.context import DataDir, settings_of
from app.server.people import set_password

app = typer.Typer(
    help="Say who may log in.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


@app.callback()
def users() -> None:
    """Say who may log in."""


@app.command()
def add(
    context: typer.Context,
    name: str,
    password: Annotated[
        str,
        typer.Option(
            prompt=True,
            hide_input=True,
            confirmation_prompt=True,
            help="Asked for if it is not given, which keeps it out of the shell's history.",
            show_default=False,
        ),
    ],
    data_dir: DataDir = None,
) -> None:
    """Add a person, or give them a new password; whoever is logged in with the old one is out."""
    settings = settings_of(context, data_dir)
    file = settings.users_file or settings.data_dir / "users"
    set_password(file, name, password)
    print(f"{name} may log in. Start the server with SECOND_LOOK_USERS_FILE={file}")
