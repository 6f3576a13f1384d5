"""`export`: what people said, as files."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import DataDir
from app.cli.services import services_of
from app.workflow.exchange.share import ExportFormat, export_labels
from app.workflow.services import Services
from storage.files import full_disk_said_plainly


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
    if out is None:
        _print(services, form, prefix)
        return
    exported = export_labels(services, form, out, prefix=prefix)
    print(f"{exported.sentence} Written to {', '.join(map(str, exported.files))}")


def _print(services: Services, form: ExportFormat, prefix: str) -> None:
    """To the standard output; several files as one zip."""
    with tempfile.TemporaryDirectory(dir=services.scratch) as folder:
        name = "labels" if form in ("csv", "jsonl") else "labels.zip"
        exported = export_labels(services, form, Path(folder) / name, prefix=prefix)
        with exported.files[0].open("rb") as content, full_disk_said_plainly():
            shutil.copyfileobj(content, sys.stdout.buffer)
            sys.stdout.buffer.flush()
