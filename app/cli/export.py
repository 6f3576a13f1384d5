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
from app.workflow.exchange.formats import FORMATS, KEYS, ExportFormat
from app.workflow.exchange.moments import parse_moment
from app.workflow.exchange.package import ExportOrder
from app.workflow.exchange.share import export_labels
from app.workflow.services import Services
from storage.files import full_disk_said_plainly


def export(
    context: typer.Context,
    form: Annotated[
        ExportFormat, typer.Option("--format", help=f"One of {', '.join(KEYS)}.", metavar="<name>")
    ] = "csv",
    out: Annotated[
        Path | None,
        typer.Option(help="File to write; for several files a folder, or a name ending in .zip."),
    ] = None,
    with_videos: Annotated[
        bool, typer.Option("--with-videos", help="The videos too, beside the list.")
    ] = False,
    as_of: Annotated[
        str, typer.Option("--as-of", help="The labels at the end of that day, or at that moment.")
    ] = "",
    prefix: Annotated[
        str, typer.Option(help="Folder to put before the paths of the mmaction2 list.")
    ] = "",
    data_dir: DataDir = None,
) -> None:
    """Export the labels, with or without the videos."""
    services = services_of(context, data_dir)
    order = ExportOrder(FORMATS[form], parse_moment(as_of), with_videos, prefix)
    if out is None:
        _print(services, order)
        return
    exported = export_labels(services, order, out)
    print(f"{exported.sentence} Written to {', '.join(map(str, _named(exported.files)))}")


def _named(files: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files, or the one folder of so many that nobody would read their names."""
    return files if len(files) <= 20 else (files[0].parent,)


def _print(services: Services, order: ExportOrder) -> None:
    """To the standard output; several files as one zip."""
    with tempfile.TemporaryDirectory(dir=services.scratch) as folder:
        exported = export_labels(services, order, Path(folder) / order.file_name)
        with exported.files[0].open("rb") as content, full_disk_said_plainly():
            shutil.copyfileobj(content, sys.stdout.buffer)
            sys.stdout.buffer.flush()
