"""`check`: says what works on this machine."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.cli.context import DataDir
from app.cli.services import services_of
from app.workflow.upkeep.self_test import examine


def check(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Say what works on this machine: folders, database, decoding, engines, models."""
    findings = examine(services_of(context, data_dir))
    if as_json:
        print(json.dumps([finding.as_json() for finding in findings], indent=1))
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.ok else 'LOOK'}  {finding.subject}: {finding.sentence}")
    if not all(finding.ok for finding in findings if finding.needed):
        raise typer.Exit(1)
