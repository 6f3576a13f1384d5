"""`export` and `migrate`: what people said as files, and the database brought up to date."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import DataDir, services_of
from app.workflow.share import ExportFormat, export_labels


def export(
    context: typer.Context,
    form: Annotated[
        ExportFormat, typer.Option("--format", help="csv, jsonl, mmaction2, or all as one zip.")
    ] = "csv",
    out: Annotated[
        Path | None,
        typer.Option(help="File to write; for several files a folder, or a name ending in .zip."),
    ] = None,
    prefix: Annotated[
        str, typer.Option(help="Folder to put before the paths of the mmaction2 list.")
    ] = "",
    data_dir: DataDir = None,
) -> None:
    """Export the current labels."""
    services = services_of(context, data_dir)
    exported = export_labels(services, form, out, prefix=prefix)
    if out is None:
        sys.stdout.buffer.write(exported.content)
    else:
        print(f"{exported.count} labelled videos written to {', '.join(map(str, exported.files))}")


def migrate(context: typer.Context, data_dir: DataDir = None) -> None:
    """Bring the database up to date (a backup is made first when something will change)."""
    services = services_of(context, data_dir)
    print(f"The database is up to date (revision {services.database.revision()}).")
