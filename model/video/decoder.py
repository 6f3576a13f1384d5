"""The limited process that decodes one video and nothing else.

Started by `model/video/channel.py` with the open video as descriptor 0 and a socket to the reader
as descriptor 1. It locks itself in (`sandbox.py`), tells what the file holds, then answers
requests for frames until the reader hangs up. It opens no file, knows no path and is used for one
video only.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import av
import av.logging
from av.video.frame import VideoFrame

from model.video.decoding import frame_facts, pts_of
from model.video.encryption import mp4_is_encrypted
from model.video.listing import list_packets
from model.video.matrix import accept_unknown_side_data
from model.video.opening import Guards, Refused
from model.video.packets import PacketList
from model.video.passes import Pass, begin_pass
from model.video.sandbox import Isolation, ProcessLimits, enter
from model.video.whole import is_still_png
from model.video.wire import HEADER, NO_PTS, Kind

VIDEO, CHANNEL = 0, 1  # descriptors
COUNTED_PIXELS = 3_000_000_000  # decoded at most only to count frames: some seconds of work
COUNTED_PACKETS = 30_000
SAID = {  # what FFmpeg's log says of a limit that it kept, and the code of the refusal
    "exceeds specified max pixel count": "picture-too-large",  # libavutil/imgutils.c
    "exceeds max_streams parameter": "too-many-tracks",  # libavformat/options.c
}
ONE_FRAME_A_PACKET = {"h264", "hevc", "vp9", "av1", "libdav1d", "mpeg4", "prores", "dnxhd"}
TIMED_FORMATS = {"mov", "mp4", "matroska", "mpegts", "flv"}  # may have a time on every packet


@dataclass(slots=True)
class Opening:
    """What the first look at the file found.

    `times` are ticks in display order, one a frame. `regular`: the packets alone tell them, so
    that parts without a wanted frame need not be decoded.
    """

    packets: PacketList
    times: array[int]
    facts: dict[str, Any]
    regular: bool


@dataclass(slots=True)
class Look:
    """A pass over the video, up to the first frame or to the end."""

    first: VideoFrame | None
    times: array[int]
    errors: int
    codec_aspect: float = 0.0  # of a pixel, as the codec states it; 0 if it does not
    converted: bool = False  # whether its pictures are not shown as they are stored
    reorders: bool = False  # whether the codec says that it holds pictures back


class OutOfOrder(Exception):
    """A frame came after one that is shown later. `sent` is the last index that was given out."""

    def __init__(self, sent: int) -> None:
        super().__init__(sent)
        self.sent = sent


class Decoder:
    """Answers the reader of one video over one socket; `video` is the open file's descriptor."""

    def __init__(self, channel: socket.socket, guards: Guards, video: int = VIDEO) -> None:
        self._channel = channel
        self._guards = guards
        self._video = video
        self._track: int | None = None  # of the film, once it is known

    def greet(self, isolation: Isolation) -> None:
        """Says how well this process is locked in."""
        self._send_json(Kind.HELLO, {"level": isolation.level, "reason": isolation.reason})

    def serve(self) -> None:
        """Sends facts and times, then frames for every request, until the reader hangs up."""
        opening = self._opened()
        self._send_json(Kind.FACTS, opening.facts)
        self._send(Kind.TIMES, memoryview(opening.times).cast("B"))
        with self._channel.makefile("rb") as requests:
            for line in requests:
                self._send_json(Kind.DONE, self._answer(opening, json.loads(line)))

    def refuse(self, code: str, detail: str = "") -> None:
        """Tells the reader why it ends here."""
        self._send_json(Kind.ERROR, {"code": code, "detail": detail})

    def _opened(self) -> Opening:
        """What is in the file. Only FFmpeg's log tells damage from a limit that was kept."""
        av.logging.set_level(av.logging.ERROR)
        try:
            with av.logging.Capture() as log:
                return self._open()
        except (Refused, av.FFmpegError) as error:
            clear = isinstance(error, Refused) and error.code not in {"damaged", "too-much-memory"}
            code = None if clear else _limit_in(message for _, _, message in log)
            if code:
                raise Refused(code) from error
            raise
        finally:
            av.logging.set_level(None)

    def _open(self) -> Opening:
        if mp4_is_encrypted(self._video):
            raise Refused("encrypted")
        if is_still_png(self._video):
            raise Refused("no-video-stream")
        listing = list_packets(self._video, self._guards)
        packets, facts, self._track = listing.packets, listing.facts, listing.track
        if not packets:
            raise Refused("no-frames")
        regular = _is_regular(packets, facts)
        pixels = facts["width"] * facts["height"] * len(packets)
        countable = pixels <= COUNTED_PIXELS and len(packets) <= COUNTED_PACKETS
        look = self._look(whole=countable and not regular)
        if regular and (look.first is None or (look.reorders and not packets.reorders())):
            # the codec holds pictures back, but no packet says so: its stamps may be invented
            regular, countable = False, countable or look.first is None
            look = self._look(whole=countable)
        if look.first is None:
            raise Refused("damaged")
        counted = countable and not regular
        facts |= frame_facts(look.first)
        facts |= {"errors": look.errors, "codec_aspect": look.codec_aspect}
        facts["converted"] = look.converted
        times = look.times if counted else array("q", packets.shown_times())
        return Opening(packets, times, facts, regular)

    def _look(self, *, whole: bool) -> Look:
        """Decodes up to the first frame, or everything to count.

        In one thread: FFmpeg's log is listened to here, and another thread that logs would wait for
        Python's lock, which this one keeps while it waits for that thread.
        """
        look = Look(None, array("q"), 0)
        with begin_pass(self._video, self._guards, self._track, in_haste=False) as run:
            for frame in run.frames():
                look.first = look.first or frame
                look.times.append(pts_of(frame))
                self._guards.check_count(len(look.times))
                if not whole:
                    break
            look.errors = run.errors
            look.codec_aspect = run.codec_aspect
            look.converted = look.first is not None and run.pictures.converts(look.first)
            look.reorders = run.reorders
        return look

    def _answer(self, opening: Opening, request: dict[str, Any]) -> dict[str, bool]:
        """Sends the frames of one request in ascending order."""
        size = (int(request["width"]), int(request["height"]))
        wanted = [int(index) for index in request["indices"]]
        exact = bool(request["exact"])
        try:
            self._send_wanted(opening, wanted, size, exact=exact)
        except OutOfOrder as disorder:
            # the stamps are wrong after all: the order in which the decoder gives them is right
            opening.regular = False
            left = [index for index in wanted if index > disorder.sent]
            self._send_wanted(opening, left, size, exact=exact)
            return {"repaired": True}
        return {"repaired": False}

    def _send_wanted(
        self, opening: Opening, wanted: list[int], size: tuple[int, int], *, exact: bool
    ) -> None:
        with begin_pass(self._video, self._guards, self._track, in_haste=True) as run:
            for index, frame in _numbered(opening, run, wanted):
                pixels = run.pictures.pixels(frame, size, exact=exact)
                self._send(Kind.FRAME, pixels.data.cast("B"), index)
                if index == wanted[-1]:
                    break

    def _send_json(self, kind: Kind, values: dict[str, Any]) -> None:
        self._send(kind, memoryview(json.dumps(values).encode()))

    def _send(self, kind: Kind, payload: memoryview, index: int = 0) -> None:
        self._channel.sendall(HEADER.pack(kind, index, len(payload)))
        self._channel.sendall(payload)


def _limit_in(messages: Iterable[str]) -> str | None:
    """The code of the first limit that FFmpeg's log names."""
    said = (code for message in messages for words, code in SAID.items() if words in message)
    return next(said, None)


def _is_regular(packets: PacketList, facts: dict[str, Any]) -> bool:
    """Whether one frame for each packet at its time can be expected."""
    is_timed = not TIMED_FORMATS.isdisjoint(facts["format"].split(","))
    return facts["codec"] in ONE_FRAME_A_PACKET and is_timed and packets.is_regular()


def _numbered(opening: Opening, run: Pass, wanted: list[int]) -> Iterator[tuple[int, VideoFrame]]:
    """(index, frame) of the wanted frames that can be decoded, ascending.

    Raises `OutOfOrder` if times that looked regular are not.
    """
    if opening.regular:
        return _by_time(opening, run, wanted)
    chosen = set(wanted)
    return ((i, f) for i, f in enumerate(run.frames()) if i in chosen)


def _by_time(opening: Opening, run: Pass, wanted: list[int]) -> Iterator[tuple[int, VideoFrame]]:
    indices = {opening.times[i]: i for i in wanted}
    last, sent = NO_PTS, -1
    for frame in run.ranges(opening.packets.ranges(indices), indices):
        time = pts_of(frame)
        if time <= last:
            raise OutOfOrder(sent)
        last = time
        index = indices.get(time, -1)
        if index > sent:
            sent = index
            yield index, frame


def converse(decoder: Decoder, isolation: Isolation) -> None:
    """Serves the reader, and tells it why if that cannot be. Raises if the reader has hung up."""
    try:
        decoder.greet(isolation)
        decoder.serve()
    except Refused as refusal:
        decoder.refuse(refusal.code, refusal.detail)
    except MemoryError:
        decoder.refuse("too-much-memory")
    except (BrokenPipeError, ConnectionResetError):
        raise
    except (av.FFmpegError, OSError, ValueError, IndexError) as error:
        decoder.refuse("damaged", type(error).__name__)


def main() -> None:
    """Reads the settings from the command line and serves one video."""
    settings = json.loads(sys.argv[2])
    off = frozenset(settings["off"])
    channel = socket.socket(fileno=CHANNEL)
    isolation = enter(
        ProcessLimits(settings["memory"], settings["cpu_s"]),
        settings["parent"],
        filtered="filter" not in off,
    )
    accept_unknown_side_data()
    guards = Guards(settings["max_pixels"], settings["max_frames"], settings["demuxer"], off)
    try:
        converse(Decoder(channel, guards), isolation)
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)  # nobody is left to tell
