"""The services that most commands work with."""

from __future__ import annotations

from pathlib import Path

import typer

from app.cli.context import settings_of
from app.wiring import build
from app.workflow.services import Services


def services_of(context: typer.Context, data_dir: Path | None, **given: object) -> Services:
    """The services of this run over an up-to-date database."""
    return build(settings_of(context, data_dir, **given))
