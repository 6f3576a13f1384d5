"""The decoder's end of the conversation, held in this process, where tests see every step."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import numpy as np
from numpy.typing import NDArray

from model.video.containers import DEMUXERS, HEAD_SIZE, container_of
from model.video.decoder import Decoder, converse
from model.video.opening import Guards
from model.video.sandbox import Isolation
from model.video.wire import HEADER, Kind

HERE = Isolation("reduced", "the tests look on")
MOST_PIXELS, MOST_FRAMES = 1 << 26, 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """What the decoder says of a file: `refusal` is a code, "" if there is none."""

    facts: dict[str, Any]
    times: NDArray[np.int64]
    refusal: str = ""
    detail: str = ""


class Talk:
    """A decoder that serves an open file, and the reader's end of its socket."""

    def __init__(self, reader: socket.socket) -> None:
        self._reader = reader
        hello = self._json(Kind.HELLO)
        assert hello == {"level": "reduced", "reason": HERE.reason}
        self.told = self._findings()

    def frames(
        self, indices: Iterable[int], size: tuple[int, int] = (64, 48), *, exact: bool = True
    ) -> tuple[dict[int, NDArray[np.uint8]], bool]:
        """The frames that come by their index, and whether the times had to be repaired."""
        width, height = size
        values = {"indices": list(indices), "width": width, "height": height, "exact": exact}
        self._reader.sendall(json.dumps(values).encode() + b"\n")
        found: dict[int, NDArray[np.uint8]] = {}
        while True:
            kind, index, payload = self._message()
            if kind is Kind.DONE:
                return found, json.loads(payload)["repaired"]
            assert kind is Kind.FRAME, (kind, payload)
            found[index] = np.frombuffer(payload, np.uint8).reshape(height, width, 3)

    def _findings(self) -> Told:
        kind, _, payload = self._message()
        if kind is Kind.ERROR:
            why = json.loads(payload)
            return Told({}, np.empty(0, np.int64), why["code"], why["detail"])
        assert kind is Kind.FACTS
        facts = json.loads(payload)
        kind, _, payload = self._message()
        assert kind is Kind.TIMES
        return Told(facts, np.frombuffer(payload, np.int64))

    def _json(self, kind: Kind) -> dict[str, Any]:
        came, _, payload = self._message()
        assert came is kind
        values: dict[str, Any] = json.loads(payload)
        return values

    def _message(self) -> tuple[Kind, int, bytes]:
        kind, index, length = HEADER.unpack(self._exactly(HEADER.size))
        return Kind(kind), index, self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self._reader.recv(size - len(data))
            assert more, "the decoder hung up"
            data += more
        return data


@contextmanager
def talking(path: Path, guards: Guards | None = None) -> Iterator[Talk]:
    """Asks a decoder about this file until the block is left. It ends when the reader hangs up."""
    reader, theirs = socket.socketpair()
    reader.settimeout(60)
    guards = guards or guards_for(path)
    video = os.open(path, os.O_RDONLY)

    def serve() -> None:
        with theirs, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            converse(Decoder(theirs, guards, video), HERE)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        with reader:
            yield Talk(reader)
    finally:
        thread.join()
        os.close(video)


def guards_for(
    path: Path, *off: str, pixels: int = MOST_PIXELS, frames: int = MOST_FRAMES
) -> Guards:
    """Those that a reader sets for this file."""
    with path.open("rb") as file:
        container = container_of(file.read(HEAD_SIZE))
    return Guards(pixels, frames, DEMUXERS.get(container or "", ""), frozenset(off))


def told(path: Path, guards: Guards | None = None) -> Told:
    """What the decoder says of a file."""
    with talking(path, guards) as talk:
        return talk.told


class Exhausted:
    """A stream and its container on a machine whose memory is used up.

    In the limited process that really happens (`test_guards.py`); here it would end the tests.
    """

    options: ClassVar[dict[str, str]] = {}

    @property
    def codec_context(self) -> Exhausted:
        return self

    def decode(self, packet: object) -> NoReturn:
        raise MemoryError(packet)

    def demux(self, *streams: object) -> Iterator[NoReturn]:
        yield self.decode(streams)
