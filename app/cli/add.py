"""`add`: brings videos in from files, folders and ZIP files of this machine."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import DataDir
from app.cli.services import services_of
from app.jobs.kinds import KINDS
from app.jobs.worker import Worker
from app.workflow.bringing import bring
from app.workflow.bringing.bring import Standing
from app.workflow.bringing.job import sentence_of
from app.workflow.services import Services
from storage.records.batches import FileState

LOOK_S = 0.3
SOME, NONE = 3, 2  # exit codes where not all files were added
ENDED = ("done", "cancelled", "paused", "stopped")


def add(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(help="Videos, folders, ZIP files and tables.", show_default=False),
    ],
    by: Annotated[str, typer.Option(help="Who brings them.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Bring in videos: one by one, all in folders and ZIP files, or those that a table names.

    A table is a CSV file whose first line has a column path and a column label. Its labels are kept
    as those of "import" and its name; so are those of tables inside a folder or a ZIP file.

    What is no video is told and left out; the same video twice is one. Ctrl+C leaves the rest for
    the next `serve` or `worker`. Exit code: 0 all videos are there, 3 some are not, 2 none is.
    """
    services = services_of(context, data_dir)
    begun = [bring.bring_path(services, path, by=by) for path in paths]
    worker = Worker(services, KINDS["bring"], logs=False)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        ended = [_follow(services, batch.id) for batch in begun]
    except KeyboardInterrupt:
        print("Stopped. The rest is added when `serve` or `worker` runs.", file=sys.stderr)
        raise
    finally:
        worker.end()
        thread.join()
    _exit(ended)


def _follow(services: Services, batch_id: int) -> Standing:
    """Waits for the end of a batch, and says what became of each file that was not added."""
    bar = sys.stderr.isatty()
    while (standing := bring.standing(services, batch_id)).state not in ENDED:
        if bar:
            left = standing.progress.remaining_s if standing.progress is not None else None
            words = f", {left:.0f} s left" if left is not None else ""
            done = standing.batch.total - sum(
                standing.batch.counts.get(state, 0) for state in ("waiting", "working")
            )
            line = f"{standing.batch.title}: {done} of {standing.batch.total}{words}"
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        time.sleep(LOOK_S)
    if bar:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    for file in bring.files(services, batch_id):
        if file.state in ("failed", "skipped"):
            print(f"{file.name}: {file.sentence}", file=sys.stderr)
    print(standing.sentence or sentence_of(standing.batch))
    return standing


def _exit(ended: list[Standing]) -> None:
    def count(*states: FileState) -> int:
        return sum(one.batch.counts.get(state, 0) for one in ended for state in states)

    there = count("added", "same")
    if not there:
        raise typer.Exit(NONE)
    if count("failed", "cancelled", "waiting", "working"):
        raise typer.Exit(SOME)
