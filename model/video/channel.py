"""The reader's end of a decoding process: starts it, listens with a deadline, and ends it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

import model
from model.errors import VideoError
from model.video.budget import Budget, processor_clock
from model.video.errors import DecoderCrashed, TimedOut
from model.video.wire import HEADER, MAX_TEXT, Kind

PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from model.video import decoder; decoder.main()"
)
# No threads but the decoder's, all from one heap (each of its own would take 64 MiB of the address
# space); and memory of one frame is kept for the next instead of going back and forth, which costs
# a page fault for every 4 KiB (malloc(3)).
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(256 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
}
SOCKET_BUFFER = 4 << 20  # bytes: lets the child decode ahead while the parent computes


@dataclass(frozen=True, slots=True)
class Message:
    """A header from the child; its payload of `length` bytes is still to be read."""

    kind: Kind
    index: int
    length: int


class DecoderProcess:
    """One limited process for one open video. Close it in any case."""

    def __init__(self, video: int, settings: Mapping[str, Any], *, program: str = PROGRAM) -> None:
        """Starts the process; `video` is a readable descriptor, `settings` plain JSON values.

        Tests start other programs, which lie.
        """
        self._channel, theirs = socket.socketpair()
        with theirs:
            for end in (self._channel, theirs):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
            self._process = self._started(video, theirs, settings, program)
        self.spent_s = processor_clock(self.pid)

    @property
    def pid(self) -> int:
        """The process id of the child."""
        return self._process.pid

    def _started(
        self, video: int, channel: socket.socket, settings: Mapping[str, Any], program: str
    ) -> subprocess.Popen[bytes]:
        root = str(Path(model.__file__).parent.parent)
        arguments = json.dumps({**settings, "parent": os.getpid()})
        started: list[subprocess.Popen[bytes] | OSError] = []
        ready = threading.Event()

        def keep() -> None:
            # The kernel kills the child when the *thread* that started it ends
            # (PR_SET_PDEATHSIG), so it is started by a thread that waits for it.
            try:
                process = subprocess.Popen(
                    [sys.executable, "-I", "-c", program, root, arguments],
                    stdin=video,
                    stdout=channel.fileno(),
                    stderr=subprocess.DEVNULL,
                    env=ENVIRONMENT,
                    start_new_session=True,
                )
            except OSError as error:
                started.append(error)
                ready.set()
                return
            started.append(process)
            ready.set()
            process.wait()

        self._keeper = threading.Thread(target=keep, name="decoder-keeper", daemon=True)
        self._keeper.start()
        ready.wait()
        if isinstance(started[0], OSError):
            self._channel.close()
            raise DecoderCrashed from started[0]
        return started[0]

    def request(self, values: Mapping[str, Any]) -> None:
        """Sends one request."""
        try:
            self._channel.settimeout(5)
            self._channel.sendall(json.dumps(values).encode("ascii") + b"\n")
        except OSError as error:
            raise DecoderCrashed from error

    def receive(self, budget: Budget) -> Message:
        """The next header. Raises `TimedOut`, `Stuck` or `DecoderCrashed`."""
        header = bytearray(HEADER.size)
        self.read_into(memoryview(header), budget)
        kind, index, length = HEADER.unpack(header)
        try:
            return Message(Kind(kind), index, length)
        except ValueError as error:
            raise DecoderCrashed from error

    def read_json(self, message: Message, budget: Budget) -> dict[str, Any]:
        """The payload of a JSON message."""
        if message.length > MAX_TEXT:
            raise DecoderCrashed
        payload = bytearray(message.length)
        self.read_into(memoryview(payload), budget)
        try:
            values = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise DecoderCrashed from error
        if not isinstance(values, dict):
            raise DecoderCrashed
        return values

    def read_array(self, array: NDArray[Any], budget: Budget) -> None:
        """Fills a contiguous array with the payload; its size, not 0, must equal the length."""
        self.read_into(array.data.cast("B"), budget)

    def read_into(self, view: memoryview, budget: Budget) -> None:
        """Fills `view`, looking now and then at what the process has spent."""
        while view:
            self._channel.settimeout(budget.patience_s)
            try:
                count = self._channel.recv_into(view)
            except TimeoutError:
                budget.look(self.spent_s(), budget.patience_s)
                continue
            except OSError as error:
                raise self._death(budget) from error
            if not count:
                raise self._death(budget)
            budget.look(self.spent_s(), 0.0)
            view = view[count:]

    def _death(self, budget: Budget) -> VideoError:
        """Why the process hung up."""
        self._keeper.join(timeout=1)
        if self._process.returncode == -signal.SIGXCPU:
            return TimedOut(budget.total_s)
        return DecoderCrashed()

    def close(self) -> None:
        """Kills the process group, waits until it is gone and lets go of the socket."""
        self._channel.close()
        if self._keeper.is_alive():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._keeper.join()
