"""`serve`: the web app."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.context import DataDir, settings_of


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Serve the app; open the address it prints in a browser."""
    settings = settings_of(context, data_dir, host=host, port=port)
    # Gradio takes seconds to import, and reads the environment that settings_of has just set.
    from app.server.start import start  # noqa: PLC0415

    start(settings)
