"""One pass over a file's pictures, whoever takes the file apart. Inside the limited process."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from model.video.containers import WEBP
from model.video.decoding import Run, packets_of
from model.video.effort import Effort, effort_for
from model.video.opening import Guards, opened
from model.video.pictures import Pictures
from model.video.webp import AnimationPass, read_animation


class Pass(Protocol):
    """`errors` counts what could not be decoded, `reorders`: the codec holds pictures back.

    `codec_aspect`: shape of a pixel as the codec states it, 0 if it does not.
    """

    @property
    def pictures(self) -> Pictures:
        """Makes pictures of the frames."""
        ...

    @property
    def errors(self) -> int: ...

    @property
    def reorders(self) -> bool: ...

    @property
    def codec_aspect(self) -> float: ...

    def frames(self) -> Iterator[VideoFrame]:
        """All frames in display order."""
        ...

    def ranges(self, ranges: Iterable[range], wanted: Container[int]) -> Iterator[VideoFrame]:
        """Frames of the given ranges of packet positions, all at the `wanted` ticks among them."""
        ...


class StreamPass:
    """A pass over a stream that FFmpeg takes apart."""

    def __init__(
        self, container: InputContainer, stream: VideoStream, guards: Guards, effort: Effort
    ) -> None:
        self._container = container
        self._stream = stream
        self.pictures = Pictures(stream.codec_context, guards)
        self._run = Run(stream, guards, effort)

    @property
    def errors(self) -> int:
        return self._run.errors

    @property
    def reorders(self) -> bool:
        return self._stream.codec_context.has_b_frames

    @property
    def codec_aspect(self) -> float:
        return float(self._stream.codec_context.sample_aspect_ratio or 0)

    def frames(self) -> Iterator[VideoFrame]:
        return self._run.frames(packets_of(self._container, self._stream))

    def ranges(self, ranges: Iterable[range], wanted: Container[int]) -> Iterator[VideoFrame]:
        return self._run.ranges(packets_of(self._container, self._stream), ranges, wanted)


@contextmanager
def begin_pass(
    descriptor: int, guards: Guards, track: int | None, *, in_haste: bool
) -> Iterator[Pass]:
    """A fresh pass from the first picture on; `track` is the number of the film's track.

    `in_haste` decodes on several cores where that helps, and only what is needed (`effort.py`).
    """
    if guards.demuxer == WEBP:
        yield AnimationPass(descriptor, read_animation(descriptor, guards), guards)
        return
    with opened(descriptor, guards, track) as (container, stream):
        effort = effort_for(stream.codec_context) if in_haste else Effort()
        yield StreamPass(container, stream, guards, effort)
