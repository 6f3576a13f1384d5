"""Between those who ask for work and the processes that do it: a bell, and what those say back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from model.inference.seam import Status


class Lane:
    """One worker process as the rest of the program knows it. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self._status: Status | None = None

    def ring(self) -> None:
        """Says that there is something to do, or that there may be soon. Never waits."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()

    def on_ring(self, listener: Callable[[], None]) -> None:
        """Calls `listener` at each ring; it must return at once."""
        with self._lock:
            self._listeners.append(listener)

    @property
    def status(self) -> Status | None:
        """What the process said of itself last; None where no process has this lane."""
        return self._status

    def say(self, status: Status) -> None:
        """Keeps what the process says of itself."""
        self._status = status


@dataclass(frozen=True, slots=True)
class Lanes:
    """Answers, bringing in videos, and long work such as teaching never hold each other up."""

    answers: Lane = field(default_factory=Lane)
    bring: Lane = field(default_factory=Lane)
    long: Lane = field(default_factory=Lane)
