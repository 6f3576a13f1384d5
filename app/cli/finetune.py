"""`finetune`: teaches the model in use what people corrected, without the web app."""

from __future__ import annotations

import json
import sys
import threading
import uuid
from typing import Annotated

import typer

from app.cli.context import DataDir
from app.cli.services import services_of
from app.jobs.kinds import KINDS
from app.jobs.worker import Worker
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from app.workflow.teaching import teach
from app.workflow.teaching.progress import TeachProgress
from model.learning.finetune_config import Scope
from storage.records import jobs
from storage.records.jobs import JobRecord

LOOK_S = 0.5


def finetune(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="Name of the new version. Default: made up.")] = "",
    mode: Annotated[
        Scope, typer.Option(help="What learns: the head, the last stage too, or everything.")
    ] = "head",
    as_json: Annotated[bool, typer.Option("--json", help="Print what changed as JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Teach the model in use what people confirmed and corrected, as the Teach page does."""
    services = services_of(context, data_dir)
    ask = teach.Ask(uuid.uuid4().hex, by="command line", mode=mode, name=name)
    notes = teach.outlook(services, Likeness(services)).notes
    queued = teach.start(services, ask)
    for note in notes:
        print(f"Note: {note}", file=sys.stderr)
    ended = _follow(services, queued)
    if ended.state != "done":
        print(ended.message, file=sys.stderr)
        raise typer.Exit(130 if ended.state == "cancelled" else 2)
    if as_json:
        made = {"version": ended.result_version_id, "notes": notes}
        print(
            json.dumps(made | dict(TeachProgress.from_json(ended.metrics).result or {}), indent=1)
        )
    else:
        print(ended.message)
        name = teach.version_name(ended)
        print(f"To let it answer: python -m app models use {name}")


def _follow(services: Services, job: JobRecord) -> JobRecord:
    """Works on the queue here, beside any worker there may be, until the job has ended.

    Ctrl+C stops the job as the page's button does.
    """
    working = Worker(services, KINDS["long"])
    thread = threading.Thread(target=working.run, daemon=True)
    thread.start()
    said = ""
    while job.state in teach.BUSY:
        try:
            thread.join(LOOK_S)
        except KeyboardInterrupt:
            teach.cancel(services, job.id)
        with services.database.read() as session:
            job = jobs.get(session, job_id=job.id)
        if job.message != said and job.state in teach.BUSY:
            said = job.message
            print(f"{job.progress:4.0%}  {said}", file=sys.stderr, flush=True)
    working.end()
    thread.join()
    return job
