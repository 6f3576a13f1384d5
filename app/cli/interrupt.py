"""Ctrl+C for commands that can be gone on with later."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import torch.distributed as dist

from model.errors import Cancelled
from model.learning.processes import Processes, joined_processes
from model.learning.start import Stop


def stop_on_signals() -> Stop:
    """Says from now on whether Ctrl+C was pressed or SIGTERM came. Call it in the main thread.

    A second Ctrl+C does not wait for the step to end; under torchrun, which passes the first one
    on once more, it does.
    """
    asked = threading.Event()

    def heard(number: int, frame: FrameType | None) -> None:
        del frame
        if asked.is_set() and number == signal.SIGINT and not dist.is_torchelastic_launched():
            raise KeyboardInterrupt
        asked.set()

    signal.signal(signal.SIGINT, heard)
    signal.signal(signal.SIGTERM, heard)
    return asked.is_set


@contextmanager
def resumable(device: str | None, note: str) -> Iterator[Processes]:
    """The processes of a run; the first says `note`, and after a stop how the run goes on."""
    with joined_processes(device) as team:
        if team.first and note:
            print(note, file=sys.stderr)
        try:
            yield team
        except Cancelled as stopped:
            raise Cancelled(f"{stopped} Give the same command with --resume.") from stopped
