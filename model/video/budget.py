"""How much work a video may cost: processor time, so that a busy machine refuses nothing.

Time on the clock is a second guard, against a process that waits for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from model.video.errors import Stuck, TimedOut

LOOK_S = 0.25  # seconds on the clock between two looks at a process that says nothing
STALL_S = 30.0  # seconds on the clock without any work, after which a process counts as stuck
LEAST_WORK = 0.03  # of the time on the clock; threads that wait for each other take 0.01


class Budget:
    """Seconds of processor time that a process may still spend, and how long it may stand still.

    `used_s` is what it has spent before.
    """

    def __init__(self, total_s: float, *, used_s: float = 0.0, stall_s: float = STALL_S) -> None:
        self.total_s = total_s
        self._end_s = used_s + total_s
        self._seen_s = used_s
        self._stall_s = stall_s
        self._still_s = 0.0

    @property
    def patience_s(self) -> float:
        """Seconds on the clock to wait before the next look."""
        return min(LOOK_S, self._stall_s)

    def look(self, spent_s: float, waited_s: float) -> None:
        """Takes in what the process has spent in all, after waiting so long for nothing.

        Raises `TimedOut` if that is too much, `Stuck` if it has done nothing for too long.
        """
        if spent_s >= self._end_s:
            raise TimedOut(self.total_s)
        worked = spent_s - self._seen_s >= LEAST_WORK * waited_s
        self._seen_s = spent_s
        self._still_s = 0.0 if worked else self._still_s + waited_s
        if self._still_s >= self._stall_s:
            raise Stuck(self._stall_s)


def processor_clock(pid: int) -> Callable[[], float]:
    """Tells the processor time of a process in seconds; of a dead one, what was seen last.

    Where the kernel has no such clock the time since this call stands for it.
    """
    number = (~pid << 3) | 2  # CPUCLOCK_SCHED of a process, include/linux/posix-timers.h
    start = time.monotonic()
    latest = 0.0

    def spent_s() -> float:
        nonlocal latest
        try:
            latest = max(latest, time.clock_gettime(number))
        except OSError:
            return latest
        return latest

    def passed_s() -> float:
        return time.monotonic() - start

    try:
        time.clock_gettime(number)
    except (OSError, AttributeError):
        return passed_s
    return spent_s
