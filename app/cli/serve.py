"""`serve`: the web app."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.context import DataDir, settings_of
from app.cli.exit_codes import leave
from app.server.access import refuse_open_bind
from app.server.port import take_port
from app.server.starting import starting
from app.server.stubs import without_stubs


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Serve the app; open the address it prints in a browser."""
    settings = settings_of(context, data_dir, host=host, port=port)
    refuse_open_bind(settings)
    with take_port(settings.host, settings.port) as taken:
        taken.listen()
        with starting(taken):
            # Takes seconds, and Gradio reads the environment that settings_of has just set.
            with without_stubs():
                from app.server import start  # noqa: PLC0415
            from app.wiring import build  # noqa: PLC0415

            services = build(settings)
            app = start.make_server(settings, services)
        start.serve(settings, services, app, taken)
    leave()
