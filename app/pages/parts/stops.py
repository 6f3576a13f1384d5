"""The Stop button's word to the work under way: kept here, because Gradio's own cancel gets lost.

Its `cancels=` sends nothing when the click meets another event of the page (seen in 1 of 6 clicks
right after an upload), and the work then goes on as if nobody had asked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Stops:
    """What is under way in each window of a browser."""

    _under_way: dict[str, set[threading.Event]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def listening(self, window: str) -> Iterator[threading.Event]:
        """An event that is set once this window's Stop is pressed, as long as the block lasts."""
        asked = threading.Event()
        with self._lock:
            self._under_way.setdefault(window, set()).add(asked)
        try:
            yield asked
        finally:
            with self._lock:
                self._under_way[window].discard(asked)
                if not self._under_way[window]:
                    del self._under_way[window]

    def stop(self, window: str) -> None:
        """Asks all work of this window to stop."""
        with self._lock:
            for asked in self._under_way.get(window, ()):
                asked.set()
