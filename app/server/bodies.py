"""What a request brings, piece by piece: counted, timed, and refused when it is too much."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from starlette.formparsers import MultiPartException
from starlette.types import Message, Receive

SLOWEST_BYTES_PER_S = 4096  # below this a sender only keeps a place occupied
DRAIN_BYTES = 64 << 20
DRAIN_S = 5.0


class Refused(MultiPartException):
    """This body is not taken; `status` and `message` are the answer.

    Gradio knows the parent class as a parser error, and deletes its half-written file on it.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def too_large(limit: int) -> Refused:
    """The answer to more than `limit` bytes."""
    size = f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit} bytes"
    return Refused(413, f"This is too large: at most {size} can be taken.")


class Watcher(Protocol):
    """Looks at a body while it comes."""

    def look_at(self, data: bytes, *, is_last: bool) -> None:
        """Takes the next piece; raises `Refused` if the body is not to be taken."""
        ...


class Body:
    """The `receive` of one request.

    `limit` bytes, and `wrapping` bytes around them, are taken; `idle_s` seconds may pass without
    any. The `watcher` sees each piece before it is passed on.
    """

    def __init__(self, receive: Receive, *, limit: int, idle_s: float, wrapping: int = 0) -> None:
        self._receive = receive
        self.limit = limit
        self._wrapping = wrapping
        self._idle_s = idle_s
        self.watcher: Watcher | None = None
        self._started = time.monotonic()
        self._received = 0
        self._done = False
        self.refused: Refused | None = None

    async def __call__(self) -> Message:
        """The next message. Raises `Refused`, and the same one ever after."""
        if self.refused is not None:
            raise self.refused
        if self._done:
            return await self._receive()
        try:
            async with asyncio.timeout(self._idle_s):
                message = await self._receive()
            self._check(message)
        except TimeoutError:
            self.refused = Refused(408, "Nothing came for too long; please send it again.")
            raise self.refused from None
        except Refused as refused:
            self.refused = refused
            raise
        return message

    def check_size(self, size: int) -> None:
        """Raises `Refused` if a body of `size` bytes would be too large."""
        if size > self.limit + self._wrapping:
            raise too_large(self.limit)

    async def drain(self) -> None:
        """Reads on for a while and keeps nothing.

        A sender that is cut off in the middle would see a broken line instead of the answer.
        """
        deadline = time.monotonic() + DRAIN_S
        left = DRAIN_BYTES
        while left > 0 and not self._done:
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    message = await self._receive()
            except TimeoutError:
                return
            left -= len(message.get("body", b""))
            self._done = not message.get("more_body", False)

    def _check(self, message: Message) -> None:
        if message["type"] == "http.disconnect":
            self._done = True
            raise Refused(400, "The upload was broken off.")
        data = message.get("body", b"")
        self._received += len(data)
        self._done = not message.get("more_body", False)
        self.check_size(self._received)
        elapsed_s = time.monotonic() - self._started
        if self._received < SLOWEST_BYTES_PER_S * (elapsed_s - self._idle_s):
            raise Refused(408, "This comes too slowly; try again with a better connection.")
        if self.watcher is not None:
            self.watcher.look_at(data, is_last=self._done)
