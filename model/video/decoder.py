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
import struct
import sys
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from model.video.encryption import mp4_is_encrypted
from model.video.opening import Guards, Refused, opened
from model.video.packets import PacketList
from model.video.resize import resize_bilinear
from model.video.sandbox import Isolation, ProcessLimits, enter
from model.video.wire import HEADER, NO_PTS, Kind

VideoPacket: TypeAlias = "Packet[VideoStream]"

VIDEO, CHANNEL = 0, 1  # descriptors
COUNTED_PIXELS = 3_000_000_000  # at most this much is decoded only to count frames: seconds
COUNTED_PACKETS = 30_000
RELIABLE_CODECS = {"h264", "hevc", "vp9", "av1", "libdav1d", "mpeg4"}
RELIABLE_FORMATS = {"mov", "matroska"}


@dataclass(slots=True)
class Opening:
    """What the first look at the file found. `times` are ticks in display order."""

    packets: PacketList
    times: array[int]
    facts: dict[str, Any]
    regular: bool


class Decoder:
    """Answers the reader of one video over one socket."""

    def __init__(self, channel: socket.socket, guards: Guards) -> None:
        self._channel = channel
        self._guards = guards

    def greet(self, isolation: Isolation) -> None:
        """Says how well this process is locked in."""
        hello = {"level": isolation.level, "reason": isolation.reason}
        self._send(Kind.HELLO, json.dumps(hello).encode())

    def serve(self) -> None:
        """Sends facts and times, then frames for every request, until the reader hangs up."""
        opening = self._open()
        self._send(Kind.FACTS, json.dumps(opening.facts).encode())
        self._send(Kind.TIMES, opening.times.tobytes())
        with self._channel.makefile("rb") as requests:
            for line in requests:
                done = self._answer(opening, json.loads(line))
                self._send(Kind.DONE, json.dumps(done).encode())

    def refuse(self, code: str, detail: str) -> None:
        """Tells the reader why it ends here."""
        self._send(Kind.ERROR, json.dumps({"code": code, "detail": detail}).encode())

    def _open(self) -> Opening:
        if mp4_is_encrypted(VIDEO):
            raise Refused("encrypted")
        with opened(VIDEO, self._guards) as (container, stream):
            packets = self._list_packets(container, stream)
            facts = _stream_facts(container, stream)
            name = stream.codec_context.name
        if not packets:
            raise Refused("no-frames")
        formats = set(facts["container"].split(","))
        regular = (
            name in RELIABLE_CODECS and bool(formats & RELIABLE_FORMATS) and packets.is_regular()
        )
        pixels = facts["width"] * facts["height"] * len(packets)
        counted = not regular and pixels <= COUNTED_PIXELS and len(packets) <= COUNTED_PACKETS
        first, times, errors = self._look(whole=counted)
        if regular and first is None:
            regular, counted = False, True
            first, times, errors = self._look(whole=True)
        if first is None:
            raise Refused("damaged")
        if not counted:
            times = array("q", packets.shown_times())
        facts |= _frame_facts(first) | {
            "errors": errors,
            "packets": len(packets),
            "last_duration": packets.last_duration,
        }
        return Opening(packets, times, facts, regular)

    def _list_packets(self, container: InputContainer, stream: VideoStream) -> PacketList:
        packets = PacketList()
        latest = NO_PTS
        for packet in _packets(container, stream):
            if not packet.size:
                continue
            if packet.has_sidedata("encryption_info"):
                raise Refused("encrypted")
            position = len(packets)
            pts = packet.dts if packet.pts is None else packet.pts
            packets.pts.append(NO_PTS if pts is None else pts)
            if packet.is_keyframe:
                packets.keys.append(position)
            if packet.is_discard:
                packets.hidden.add(position)
            packets.corrupt += packet.is_corrupt
            if packets.pts[-1] >= latest:
                latest, packets.last_duration = packets.pts[-1], packet.duration or 0
            if len(packets) > self._guards.max_frames and self._guards.keep("max_frames"):
                raise Refused("too-long")
        return packets

    def _look(self, *, whole: bool) -> tuple[VideoFrame | None, array[int], int]:
        """Decodes up to the first frame, or the whole video to count: (first, times, errors)."""
        first: VideoFrame | None = None
        times = array("q")
        with opened(VIDEO, self._guards) as (container, stream):
            run = _Run(stream, self._guards)
            for frame in run.frames(_packets(container, stream)):
                first = first or frame
                times.append(NO_PTS if frame.pts is None else frame.pts)
                if not whole:
                    break
                if len(times) > self._guards.max_frames and self._guards.keep("max_frames"):
                    raise Refused("too-long")
            return first, times, run.errors

    def _answer(self, opening: Opening, request: dict[str, Any]) -> dict[str, int]:
        """Sends the frames of one request in ascending order."""
        size = (int(request["width"]), int(request["height"]))
        wanted = [int(i) for i in request["indices"]]
        sent = 0
        with opened(VIDEO, self._guards) as (container, stream):
            run = _Run(stream, self._guards)
            for index, frame in _numbered(opening, run, _packets(container, stream), wanted):
                pixels = _pixels(frame, size, exact=bool(request["exact"]))
                pts = NO_PTS if frame.pts is None else frame.pts
                self._send(Kind.FRAME, pixels.data.cast("B"), index, pts)
                sent += 1
                if sent == len(wanted):
                    break
        return {"sent": sent, "errors": run.errors}

    def _send(self, kind: Kind, payload: bytes | memoryview, index: int = 0, pts: int = 0) -> None:
        self._channel.sendall(HEADER.pack(kind, index, pts, len(payload)))
        self._channel.sendall(payload)


class _Run:
    """One pass of the decoder over a stream. `errors` counts packets that were no use."""

    def __init__(self, stream: VideoStream, guards: Guards) -> None:
        self._stream = stream
        self._guards = guards
        self.errors = 0

    def frames(self, packets: Iterable[VideoPacket]) -> Iterator[VideoFrame]:
        """The frames in display order; damaged packets are left out and counted."""
        for packet in packets:
            yield from self._decode(packet)

    def drain(self) -> Iterator[VideoFrame]:
        """What the decoder still holds; afterwards it starts anew, at a key packet."""
        yield from self._decode(None)
        self._stream.codec_context.flush_buffers()

    def _decode(self, packet: VideoPacket | None) -> Iterator[VideoFrame]:
        try:
            frames = self._stream.codec_context.decode(packet)
        except MemoryError as error:
            raise Refused("picture-too-large") from error
        except (av.FFmpegError, ValueError):
            self.errors += 1
            self._check_options()
            return
        self._check_options()
        for frame in frames:
            too_large = frame.width * frame.height > self._guards.max_pixels
            if too_large and self._guards.keep("frame_pixels"):
                raise Refused("picture-too-large")
            yield frame

    def _check_options(self) -> None:
        """FFmpeg ignores misspelt options silently; what it did not take is left over."""
        left = self._stream.codec_context.options
        if self._stream.codec_context.is_open and left:
            raise RuntimeError(f"FFmpeg does not know these options: {', '.join(left)}")


def _packets(container: InputContainer, stream: VideoStream) -> Iterator[VideoPacket]:
    """All packets of the stream; a file that breaks off ends there."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except MemoryError as error:
            raise Refused("picture-too-large") from error
        except av.FFmpegError:
            return
        yield packet


def _numbered(
    opening: Opening, run: _Run, packets: Iterator[VideoPacket], wanted: list[int]
) -> Iterator[tuple[int, VideoFrame]]:
    """(index, frame) of the wanted frames that can be decoded."""
    if not opening.regular:
        chosen = set(wanted)
        yield from ((i, f) for i, f in enumerate(run.frames(packets)) if i in chosen)
        return
    indices = {opening.times[i]: i for i in wanted}
    last = -1
    for frame in _ranges(run, packets, opening.packets.ranges(indices)):
        index = indices.get(NO_PTS if frame.pts is None else frame.pts, -1)
        if index > last:
            last = index
            yield index, frame


def _ranges(run: _Run, packets: Iterator[VideoPacket], ranges: list[range]) -> Iterator[VideoFrame]:
    """Decodes the given ranges of packets only."""
    position = -1
    pending = iter(ranges)
    current = next(pending, None)
    for packet in packets:
        position += packet.size > 0
        if current is None:
            return
        if position in current and packet.size:
            yield from run.frames([packet])
        if position == current.stop - 1:
            yield from run.drain()
            current = next(pending, None)


def _pixels(frame: VideoFrame, size: tuple[int, int], *, exact: bool) -> NDArray[np.uint8]:
    """RGB uint8 [height, width, 3] of `size` (width, height), contiguous.

    `exact`: as the networks saw their training frames. Otherwise smooth, for human eyes.
    """
    width, height = size
    if not exact:
        frame = frame.reformat(width=width, height=height, format="rgb24", threads=1)
        return np.ascontiguousarray(frame.to_ndarray(), np.uint8)
    frame = frame.reformat(format="rgb24", threads=1)
    image = np.ascontiguousarray(frame.to_ndarray(), np.uint8)
    return resize_bilinear(image, width, height)


def _stream_facts(container: InputContainer, stream: VideoStream) -> dict[str, Any]:
    context = stream.codec_context
    time_base = stream.time_base or av.time_base
    rate = stream.average_rate or stream.guessed_rate or 0
    return {
        "codec": context.name,
        "tag": context.codec_tag,
        "container": container.format.name,
        "profile": str(context.profile or ""),
        "width": context.width,
        "height": context.height,
        "tick_s": float(time_base),
        "rate": float(rate),
        "aspect": float(stream.sample_aspect_ratio or 1),
        "stated_duration": container.duration is not None,
        "video_streams": len(container.streams.video),
    }


def _frame_facts(frame: VideoFrame) -> dict[str, Any]:
    return {
        "width": frame.width,
        "height": frame.height,
        "pix_fmt": frame.format.name,
        "interlaced": frame.interlaced_frame,
        "matrix": _orientation(frame),
    }


def _orientation(frame: VideoFrame) -> list[float]:
    """The 2x2 part (a, b, c, d) of the display matrix: shown x = a x + c y, shown y = b x + d y."""
    side_data: Any = frame.side_data  # PyAV's stub describes it wrongly
    if SideDataType.DISPLAYMATRIX not in [entry.type for entry in side_data]:
        return [1.0, 0.0, 0.0, 1.0]
    numbers = struct.unpack("=9i", bytes(side_data[SideDataType.DISPLAYMATRIX]))
    return [numbers[i] / 65536 for i in (0, 1, 3, 4)]


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
    guards = Guards(settings["max_pixels"], settings["max_frames"], off)
    decoder = Decoder(channel, guards)
    try:
        decoder.greet(isolation)
        decoder.serve()
    except Refused as refusal:
        decoder.refuse(refusal.code, refusal.detail)
    except MemoryError:
        decoder.refuse("picture-too-large", "")
    except BrokenPipeError:
        os._exit(0)
    except (av.FFmpegError, ValueError, IndexError) as error:
        decoder.refuse("damaged", f"{type(error).__name__}: {error}")
