"""Why a file cannot be used: one class a reason, one plain sentence each.

VideoError
├── Unreadable            the file is gone or may not be read
├── NotAVideo             the bytes are not a video that this program knows
├── TooLarge              more bytes than allowed
├── TooLong               more seconds or frames than allowed
├── PictureTooLarge       more pixels a frame than allowed
├── TooManyTracks         more pictures, sounds and subtitles side by side than allowed
├── TooMuchMemory         decoding asks for more memory than allowed
├── NoVideoStream         sound or a cover picture only
├── NoFrames              a video stream without a single frame
├── Encrypted             protected against copying
├── UnsupportedCodec      a kind of compression that is switched off here
├── Damaged               not one frame could be decoded
├── TimedOut              decoding took more processor time than allowed
├── Stuck                 decoding stood still
├── DecoderCrashed        the limited process died
├── ProxyFailed           the playable copy could not be written
└── FilmFailed            the explained film could not be written
"""

from __future__ import annotations

from model.errors import VideoError

CONVERTER = "with a free program such as HandBrake or VLC"


class Unreadable(VideoError):
    """The file is gone, not a regular file, or may not be read."""

    code = "unreadable"

    def __init__(self) -> None:
        super().__init__("This file cannot be opened; please choose it again.")


class NotAVideo(VideoError):
    """The bytes are of no accepted container."""

    code = "not-a-video"

    def __init__(self) -> None:
        super().__init__(
            f"This file is not a video that can be read here; please convert it to MP4 {CONVERTER}."
        )


class TooLarge(VideoError):
    """More bytes than allowed."""

    code = "too-large"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            f"This file is too large; at most {_megabytes(max_bytes)} are allowed, "
            "please use a shorter or smaller video."
        )


class TooLong(VideoError):
    """More seconds or more frames than allowed."""

    code = "too-long"

    def __init__(self, *, max_duration_s: float, max_frames: int) -> None:
        super().__init__(
            f"This video is too long; at most {_minutes(max_duration_s)} or {max_frames:,} "
            "pictures are allowed, please cut out the part that matters."
        )


class PictureTooLarge(VideoError):
    """More pixels a frame than allowed."""

    code = "picture-too-large"

    def __init__(self, max_pixels: int) -> None:
        super().__init__(
            f"The picture of this video is too large; at most {max_pixels / 1e6:.1f} million "
            "pixels are allowed, please save it at a lower resolution."
        )


class TooManyTracks(VideoError):
    """More tracks than allowed: pictures, sounds, subtitles and others together."""

    code = "too-many-tracks"

    def __init__(self, max_tracks: int) -> None:
        super().__init__(
            f"This file holds too many tracks; at most {max_tracks} are allowed, "
            "please save it with the picture alone."
        )


class TooMuchMemory(VideoError):
    """The decoding process asked for more memory than it may have."""

    code = "too-much-memory"

    def __init__(self, memory: int) -> None:
        super().__init__(
            f"Reading this video takes too much memory; at most {_megabytes(memory)} are allowed, "
            "please save it at a lower resolution."
        )


class NoVideoStream(VideoError):
    """Sound or a cover picture only."""

    code = "no-video-stream"

    def __init__(self) -> None:
        super().__init__("This file has no moving picture, only sound or a still; nothing to see.")


class NoFrames(VideoError):
    """A video stream without a single frame."""

    code = "no-frames"

    def __init__(self) -> None:
        super().__init__("This video is empty: it holds no picture at all; please record it again.")


class Encrypted(VideoError):
    """Protected against copying."""

    code = "encrypted"

    def __init__(self) -> None:
        super().__init__(
            "This video is encrypted (copy-protected) and cannot be read; "
            "please use an unprotected copy."
        )


class UnsupportedCodec(VideoError):
    """A kind of compression that is switched off here. `codec` is FFmpeg's name of it."""

    code = "unsupported-codec"

    def __init__(self, codec: str) -> None:
        super().__init__(
            f"This video is compressed with “{codec or 'an unknown method'}”, which cannot be read "
            f"here; please convert it to MP4 {CONVERTER}."
        )


class Damaged(VideoError):
    """Not one frame could be decoded."""

    code = "damaged"

    def __init__(self) -> None:
        super().__init__(
            "This video is damaged or incomplete: no picture could be decoded; "
            "please copy or record it again."
        )


class TimedOut(VideoError):
    """Decoding took more processor time than a video of this size may cost."""

    code = "timed-out"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Reading this video took more than {seconds:.0f} seconds of computing and was "
            "stopped; please cut out the part that matters, or save it at a lower resolution."
        )


class Stuck(VideoError):
    """The limited process did nothing any more."""

    code = "stuck"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Reading this video stood still for {seconds:.0f} seconds and was stopped; "
            "please try it once more."
        )


class DecoderCrashed(VideoError):
    """The limited process died or broke the protocol; other videos are not affected."""

    code = "decoder-crashed"

    def __init__(self) -> None:
        super().__init__(
            "This video made the decoder stop, so it cannot be used; other videos are not affected."
        )


class ProxyFailed(VideoError):
    """The playable copy could not be encoded or written; nothing of it is left."""

    code = "proxy-failed"

    def __init__(self) -> None:
        super().__init__(
            "A playable copy of this video could not be written; "
            "please check that the disk is not full."
        )


class FilmFailed(VideoError):
    """The film with the evidence could not be encoded or written; nothing of it is left."""

    code = "film-failed"

    def __init__(self) -> None:
        super().__init__(
            "The film could not be written; please check that its folder is there and that the "
            "disk is not full."
        )


def _megabytes(count: int) -> str:
    if count >= 1 << 30:
        return f"{count / (1 << 30):.1f} GB"
    return f"{max(count / (1 << 20), 0.1):.1f} MB"


def _minutes(seconds: float) -> str:
    if seconds >= 120:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds:.0f} seconds"
