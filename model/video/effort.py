"""How hard the decoder works on large pictures: on two cores, and only on what is needed."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from av.video.codeccontext import VideoCodecContext

LARGE = 1920 * 1088  # pixels; up to here one core decodes faster than videos play
SKIP_EXACTLY = {"h264", "hevc"}  # say of each picture whether others build on it


@dataclass(frozen=True, slots=True)
class Effort:
    """`threads` decode at once. `skips`: what nobody asked for and nothing builds on is left out.

    Neither changes a single pixel of the pictures that come out. Several threads must not be used
    while PyAV listens to FFmpeg's log: one that logs waits for Python's lock, for ever.
    """

    threads: int = 1
    skips: bool = False

    def begin(self, context: VideoCodecContext) -> None:
        """Sets up a decoder that is not open yet. PyAV's own choice of threads is left out."""
        if self.threads > 1:
            context.options = context.options | {
                "threads": str(self.threads),
                "thread_type": "frame",
            }

    def weigh(self, context: VideoCodecContext, time: int | None, wanted: Container[int]) -> None:
        """Tells the decoder whether the picture shown at `time` (ticks) is among the wanted."""
        if self.skips:
            needed = time is None or time in wanted
            context.skip_frame = "DEFAULT" if needed else "NONREF"


def effort_for(context: VideoCodecContext) -> Effort:
    """Small pictures are decoded as ever, large ones as fast as can be."""
    if context.width * context.height <= LARGE:
        return Effort()
    return Effort(threads=2, skips=context.name in SKIP_EXACTLY)
