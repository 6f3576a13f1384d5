"""How a worker process hears that it shall end: a signal, or the end of its server."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

STDIN = 0
PATIENCE_S = 8.0  # less than the supervisor has
NICER = 10  # people who wait for an answer come first


def end_on_signals(end: Callable[[], None]) -> None:
    """SIGTERM and Ctrl+C end in order. Call it in the main thread."""

    def heard(number: int, frame: FrameType | None) -> None:
        del number, frame
        _end_soon(end)

    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)


def end_with_input(end: Callable[[], None]) -> None:
    """Ends when standard input closes, as it does however the process at its other end dies."""

    def wait() -> None:
        # Not sys.stdin: a thread that waits in there makes the interpreter's own end crash.
        while os.read(STDIN, 1024):
            continue
        _end_soon(end)

    threading.Thread(target=wait, name="end with input", daemon=True).start()


def make_way() -> None:
    """Leaves the processor to others where they want it."""
    os.nice(NICER)


def _end_soon(end: Callable[[], None]) -> None:
    """Asks to end; whoever computes for longer without listening is cut off, and loses nothing."""
    end()
    cut = threading.Timer(PATIENCE_S, os._exit, (1,))
    cut.daemon = True
    cut.start()
