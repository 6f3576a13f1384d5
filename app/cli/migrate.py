"""`migrate`: brings the database up to date."""

from __future__ import annotations

import typer

from app.cli.context import DataDir
from app.cli.services import services_of


def migrate(context: typer.Context, data_dir: DataDir = None) -> None:
    """Bring the database up to date (a backup is made first when something will change).

    Also repairs the lists, if they do not show what the history of labels says.
    """
    services = services_of(context, data_dir)
    if wrong := services.database.repair():
        print(f"The lists showed {len(wrong)} videos wrongly; this is repaired.")
    print(f"The database is up to date (revision {services.database.revision()}).")
