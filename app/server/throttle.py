"""How often a password may be tried.

Three counts stand side by side. One address has few tries (an IPv6 network of 64 bits counts as
one, because whoever has one address of it has all). One name has few tries over all addresses, so
that many addresses do not help. And a browser that has logged in under a name before has tries of
its own, which nobody else can use up: a stranger who spends all tries of a name locks out only
browsers that are new to it (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass


class Throttle:
    """Lets each key fail `allowed` times within any `window_s` seconds.

    `clock` returns seconds and never goes back.
    """

    def __init__(
        self, allowed: int, window_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._allowed = allowed
        self._window_s = window_s
        self._clock = clock
        self._failures: dict[str, list[float]] = {}
        self._crowd = 1000  # how many keys there may be before the old ones are looked for

    def wait_s(self, key: str) -> float:
        """Seconds until `key` may try again; 0 if it may now."""
        recent = self._recent(key)
        if len(recent) < self._allowed:
            return 0.0
        return recent[-self._allowed] + self._window_s - self._clock()

    def failed(self, key: str) -> None:
        """Notes a failure, and now and then forgets the keys whose failures are long past."""
        self._failures[key] = [*self._recent(key), self._clock()]
        if len(self._failures) > self._crowd:
            kept = {name: recent for name in self._failures if (recent := self._recent(name))}
            self._failures = kept
            self._crowd = max(1000, 2 * len(kept))

    def forgive(self, key: str) -> None:
        """Takes the last failure back."""
        self._failures[key] = self._failures.get(key, [])[:-1]

    def _recent(self, key: str) -> list[float]:
        since = self._clock() - self._window_s
        return [moment for moment in self._failures.get(key, []) if moment > since]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One log-in that is tried. `device` names a browser that the name has logged in with."""

    name: str
    address: str
    device: str = ""


class Attempts:
    """All counts together."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._of_pair = Throttle(5, 30, clock)
        self._of_address = Throttle(10, 60, clock)
        self._of_name = Throttle(10, 300, clock)
        self._of_device = Throttle(5, 30, clock), Throttle(50, 24 * 3600, clock)

    def wait_s(self, attempt: Attempt) -> float:
        """Seconds until this may be tried; 0 if it may now."""
        return max(throttle.wait_s(key) for throttle, key in self._counts(attempt))

    def begin(self, attempt: Attempt) -> None:
        """Counts a try as failed before it is looked at, so that tries sent at once count."""
        for throttle, key in self._counts(attempt):
            throttle.failed(key)

    def succeed(self, attempt: Attempt) -> None:
        """Takes back what `begin` counted."""
        for throttle, key in self._counts(attempt):
            throttle.forgive(key)

    def _counts(self, attempt: Attempt) -> list[tuple[Throttle, str]]:
        if attempt.device:
            return [(throttle, attempt.device) for throttle in self._of_device]
        place = network_of(attempt.address)
        return [
            (self._of_pair, f"{place} {attempt.name}"),
            (self._of_address, place),
            (self._of_name, attempt.name),
        ]


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or the 64-bit network of an IPv6 address."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False))
