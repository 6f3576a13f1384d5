"""Which of a file's picture tracks is the film: the one that players show.

Used inside the limited process only. Nothing is decoded here.
"""

from __future__ import annotations

import av
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

STILL = Disposition.still_image | Disposition.timed_thumbnails


def picture_tracks(container: InputContainer) -> list[VideoStream]:
    """The picture tracks but for covers, the likeliest first: default flag, then size."""
    tracks = [
        stream
        for stream in container.streams.video
        if stream.codec_context is not None and not stream.disposition & Disposition.attached_pic
    ]
    return sorted(tracks, key=_rank, reverse=True)


def film_track(container: InputContainer, tracks: list[VideoStream]) -> VideoStream:
    """The first of `tracks` that moves, or simply the first: reads on in the container.

    A picture that moves comes in more than one packet. What the file says of their number may be
    missing or wrong.
    """
    counts = dict.fromkeys((track.index for track in tracks), 0)
    likely = [track for track in tracks if not track.disposition & STILL]
    try:
        for packet in container.demux(*tracks):
            if packet.size:
                counts[packet.stream_index] += 1
            if likely and counts[likely[0].index] > 1:
                break
    except av.FFmpegError:
        pass  # the file breaks off; what came before tells
    moving = [track for track in likely if counts[track.index] > 1]
    return (moving or likely or tracks)[0]


def sound_track(container: InputContainer) -> Stream | None:
    """The sound that players play: the one with the default flag, else the first."""
    tracks: list[Stream] = list(container.streams.audio)
    default = [track for track in tracks if track.disposition & Disposition.default]
    return next(iter(default or tracks), None)


def leave_others_out(container: InputContainer, *chosen: Stream) -> None:
    """No packet of another track (text, data, attachments) is read."""
    kept = {stream.index for stream in chosen}
    for stream in container.streams:
        if stream.index not in kept:
            stream.discard = av.stream.Discard.all


def _rank(track: VideoStream) -> tuple[bool, int]:
    """The larger the likelier; `sorted` keeps the file's order where it is equal."""
    context = track.codec_context
    is_default = bool(track.disposition & Disposition.default)
    return is_default, context.width * context.height
