"""`import`: labels from a file, of this program or another one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import DataDir
from app.cli.services import services_of
from app.workflow.exchange.comparing import Importer
from app.workflow.exchange.importing import Choices, import_labels
from app.workflow.exchange.telling import sections


def bring(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="A table, a list of Kinetics or MMAction2, JSON of Label Studio, Datumaro or VIA,"
            " JSON lines, or a zip file of an export."
        ),
    ],
    store: Annotated[
        bool, typer.Option("--store", help="Store what is new; without it, only say what would be.")
    ] = False,
    new_labels: Annotated[
        bool, typer.Option("--new-labels", help="Add names that are not in the list of labels.")
    ] = False,
    conflicts: Annotated[
        bool,
        typer.Option("--conflicts", help="Store also what differs from what people said here."),
    ] = False,
    by: Annotated[str, typer.Option(help="Who brings them; labels without a name get this.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Import labels: first say what would change, then, with --store, change it.

    Nothing is overwritten, and the same file twice adds nothing.
    """
    services = services_of(context, data_dir)
    choices = Choices(new_labels, conflicts) if store else None
    report = import_labels(services, file, Importer(" ".join(by.split())), choices)
    print(f"{file} is read as {report.kind}.")
    for section in sections(report):
        print(section.sentence)
        for item in section.items:
            print(f"  {item}")
    stored = f"{report.stored} stored." if store else "Nothing is stored yet; --store does that."
    print(stored)
