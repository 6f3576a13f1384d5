"""The clock for leases: it cannot be set back, and it knows when the machine was restarted."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.tables import utc_now

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Clock:
    """The time on one machine since one start of it.

    `ticks` counts seconds and is the same for all processes of the machine; it says nothing after a
    restart (another `boot`) or on another `host`. `boot` is "" where the system does not tell.
    """

    host: str
    boot: str
    ticks: Callable[[], float]
    now: Callable[[], datetime]

    @classmethod
    def of_this_machine(cls, boot_id: Path = BOOT_ID) -> Clock:
        """The real one."""
        try:
            boot = boot_id.read_text(encoding="ascii").strip()
        except OSError:
            boot = ""
        return cls(host=socket.gethostname(), boot=boot, ticks=time.monotonic, now=utc_now)
