"""How a worker process hears that it shall end: a signal, or the end of its server."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

STDIN = 0
PATIENCE_S = 8.0  # less than the supervisor has
AT_ONCE_S = 0.5  # enough for a process that only waits to end by itself
NICER = 10  # people who wait for an answer come first


def end_on_signals(end: Callable[[], None], is_busy: Callable[[], bool] = lambda: True) -> None:
    """SIGTERM and Ctrl+C shut the process down cleanly. Call it in the main thread.

    A process that is not busy is cut off at once: loading a model cannot be interrupted, and
    nothing is lost.
    """

    def heard(number: int, frame: FrameType | None) -> None:
        del number, frame
        _end_soon(end, PATIENCE_S if is_busy() else AT_ONCE_S)

    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)


def follow_input(end: Callable[[], None], called: Callable[[], None]) -> None:
    """Calls `called` when something comes by standard input, and ends when that closes.

    It closes however the process at its other end dies.
    """

    def wait() -> None:
        # Not sys.stdin: a thread that waits in there makes the interpreter's own end crash.
        while os.read(STDIN, 1024):
            called()
        _end_soon(end, PATIENCE_S)

    threading.Thread(target=wait, name="follow input", daemon=True).start()


def make_way() -> None:
    """Leaves the processor to others where they want it."""
    os.nice(NICER)


def _end_soon(end: Callable[[], None], patience_s: float) -> None:
    """Asks to end; whoever computes for longer without listening is cut off, and loses nothing."""
    end()
    cut = threading.Timer(patience_s, os._exit, (1,))
    cut.daemon = True
    cut.start()
