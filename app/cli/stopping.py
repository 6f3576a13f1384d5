"""Ctrl+C for commands that can be gone on with later."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import torch.distributed as dist

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
