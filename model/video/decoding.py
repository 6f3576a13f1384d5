"""From packets to frames to pixels, inside the limited process. Damaged parts are left out."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any, TypeAlias

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from model.video.effort import Effort
from model.video.matrix import display_matrix
from model.video.opening import Guards, Refused
from model.video.wire import NO_PTS

VideoPacket: TypeAlias = "Packet[VideoStream]"


class Run:
    """One pass of the decoder over a stream. `errors` counts packets that were no use."""

    def __init__(self, stream: VideoStream, guards: Guards, effort: Effort | None = None) -> None:
        """`stream` is fresh, nothing of it decoded yet."""
        self._context = stream.codec_context
        self._guards = guards
        self._effort = effort or Effort()
        self._effort.begin(self._context)
        self.errors = 0

    def frames(self, packets: Iterable[VideoPacket]) -> Iterator[VideoFrame]:
        """The frames in display order."""
        for packet in packets:
            yield from self._decode(packet)

    def ranges(
        self, packets: Iterable[VideoPacket], ranges: Iterable[range], wanted: Container[int]
    ) -> Iterator[VideoFrame]:
        """The frames of the given ranges of packet positions only, each begun anew.

        Among them are all at the `wanted` times (ticks); others may be left out.
        """
        position = -1
        pending = iter(ranges)
        current = next(pending, None)
        for packet in packets:
            if current is None:
                return
            if not packet.size:
                continue
            position += 1
            if position in current:
                self._effort.weigh(self._context, packet.pts, wanted)
                yield from self._decode(packet)
            if position == current.stop - 1:
                yield from self._decode(None)
                self._context.flush_buffers()
                current = next(pending, None)

    def _decode(self, packet: VideoPacket | None) -> Iterator[VideoFrame]:
        try:
            frames = self._context.decode(packet)
        except MemoryError as error:
            raise Refused("too-much-memory") from error
        except (av.FFmpegError, ValueError):
            self.errors += 1
            frames = []
        self._check_options()
        for frame in frames:
            if frame.width * frame.height > self._guards.max_pixels and self._guards.keep(
                "frame_pixels"
            ):
                raise Refused("picture-too-large")
            yield frame

    def _check_options(self) -> None:
        """FFmpeg ignores misspelt options silently; what it did not take is left over."""
        if self._context.is_open and self._context.options:
            raise RuntimeError(f"FFmpeg does not know these options: {self._context.options}")


def packets_of(container: InputContainer, *streams: Stream) -> Iterator[Packet[Any]]:
    """All packets of the streams and an empty one for each at the end, or where the file breaks."""
    packets = container.demux(*streams)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except MemoryError as error:
            raise Refused("too-much-memory") from error
        except av.FFmpegError:
            return
        yield packet


def pts_of(frame: VideoFrame) -> int:
    """The frame's presentation time in ticks, NO_PTS if it has none."""
    return NO_PTS if frame.pts is None else frame.pts


def stream_facts(container: InputContainer, stream: VideoStream) -> dict[str, Any]:
    """What the container says of the stream, as plain JSON values."""
    context = stream.codec_context
    rate = stream.average_rate or stream.guessed_rate or 0
    covers = av.stream.Disposition.attached_pic
    if stream.duration is not None:
        stated_s = float(stream.duration * (stream.time_base or 0))
    else:
        stated_s = (container.duration or 0) / av.time_base
    return {
        "codec": context.name,
        "tag": context.codec_tag,
        "format": container.format.name,
        "width": context.width,
        "height": context.height,
        "tick_s": float(stream.time_base or 0),
        "rate": float(rate),
        "aspect": float(stream.sample_aspect_ratio or 0),
        "stated_s": stated_s,
        "videos": sum(1 for s in container.streams.video if not s.disposition & covers),
    }


def frame_facts(frame: VideoFrame) -> dict[str, Any]:
    """What the first decoded frame says, as plain JSON values."""
    return {
        "width": frame.width,
        "height": frame.height,
        "pixel_format": frame.format.name,
        "matrix": display_matrix(frame),
    }
