"""A queue for writers: first come, first served."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from storage.errors import BUSY, BusyError


class Turns:
    """Lets the threads of this process in one by one, in the order in which they came.

    A connection pool gives the connection to whoever asks at the right moment, so that a busy
    thread can keep the others out for as long as it has something to write.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, *, timeout_s: float) -> Iterator[None]:
        """Waits for this thread's turn. Raises `BusyError` after `timeout_s` seconds."""
        self._wait(timeout_s)
        try:
            yield
        finally:
            self._next()

    def _wait(self, timeout_s: float) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            called = threading.Event()
            self._waiting.append(called)
        if called.wait(timeout_s):
            return
        with self._guard:
            if called.is_set():  # called at the last moment
                return
            self._waiting.remove(called)
        raise BusyError(BUSY)

    def _next(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
