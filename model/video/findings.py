"""What the decoding process reports about a file, checked before it is believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import VideoError
from model.video import errors
from model.video.browser import plays_in_browsers
from model.video.channel import Budget, DecoderProcess, Message
from model.video.facts import Orientation, VideoInfo, VideoLimits, orientation_of
from model.video.sandbox import Isolation
from model.video.timing import constant_rate_times, display_times, frame_step
from model.video.wire import NO_PTS, Kind

ISO_MEDIA_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"}


@dataclass(frozen=True, slots=True)
class Findings:
    """The facts, how to turn the picture upright, and how well the process is locked in."""

    info: VideoInfo
    orientation: Orientation
    isolation: Isolation


def looks_like_video(head: bytes) -> bool:
    """Whether the first bytes are those of MP4/MOV, Matroska/WebM, AVI or GIF."""
    return (
        head[4:8] in ISO_MEDIA_BOXES
        or head[:4] == b"\x1aE\xdf\xa3"
        or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
        or head[:6] in {b"GIF87a", b"GIF89a"}
    )


def hear(process: DecoderProcess, limits: VideoLimits) -> Findings:
    """Listens to a fresh process until it has told what the file holds.

    Raises the `VideoError` that fits, `TimedOut` or `DecoderCrashed`.
    """
    budget = Budget(limits.inspect_s)
    isolation = hear_isolation(process, budget)
    facts = process.read_json(_expected(process, Kind.FACTS, limits, budget), budget)
    times = _expected(process, Kind.TIMES, limits, budget)
    if times.length % 8 or not 0 < times.length <= 8 * limits.max_frames:
        raise errors.DecoderCrashed
    ticks = np.empty(times.length // 8, np.int64)
    process.read_array(ticks, budget)
    try:
        return _findings(_Facts(facts), ticks, isolation, limits)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise errors.DecoderCrashed from error


def hear_isolation(process: DecoderProcess, budget: Budget) -> Isolation:
    """The first thing a process says: how well it is locked in."""
    hello = process.receive(budget)
    if hello.kind is not Kind.HELLO:
        raise errors.DecoderCrashed
    values = process.read_json(hello, budget)
    full = values.get("level") == "full"
    return Isolation("full" if full else "reduced", str(values.get("reason", ""))[:200])


def check_done(process: DecoderProcess, message: Message, budget: Budget) -> None:
    """Takes the message that ends a request."""
    if message.kind is Kind.ERROR:
        raise _named(process.read_json(message, budget), VideoLimits())
    if message.kind is not Kind.DONE:
        raise errors.DecoderCrashed
    process.read_json(message, budget)


def _expected(process: DecoderProcess, kind: Kind, limits: VideoLimits, budget: Budget) -> Message:
    message = process.receive(budget)
    if message.kind is Kind.ERROR:
        raise _named(process.read_json(message, budget), limits)
    if message.kind is not kind:
        raise errors.DecoderCrashed
    return message


def _named(values: dict[str, Any], limits: VideoLimits) -> VideoError:
    """The error that the child's code stands for."""
    match values.get("code"):
        case "too-long":
            return errors.TooLong(
                max_duration_s=limits.max_duration_s, max_frames=limits.max_frames
            )
        case "picture-too-large":
            return errors.PictureTooLarge(limits.max_pixels)
        case "unsupported-codec":
            name = "".join(c for c in str(values.get("detail", "")) if c.isalnum() or c in "-_")
            return errors.UnsupportedCodec(name[:40])
    simple: dict[Any, type[VideoError]] = {
        "not-a-video": errors.NotAVideo,
        "no-video-stream": errors.NoVideoStream,
        "no-frames": errors.NoFrames,
        "encrypted": errors.Encrypted,
        "damaged": errors.Damaged,
    }
    return simple.get(values.get("code"), errors.DecoderCrashed)()


@dataclass(frozen=True, slots=True)
class _Facts:
    """Typed access to the child's facts; a wrong type or range raises ValueError."""

    values: dict[str, Any]

    def number(self, name: str, low: float, high: float) -> float:
        value = float(self.values[name])
        if not low <= value <= high:
            raise ValueError(f"{name} is out of range")
        return value

    def text(self, name: str) -> str:
        return str(self.values[name])[:80]

    def orientation(self) -> Orientation | None:
        a, b, c, d = (float(value) for value in self.values["matrix"])
        return orientation_of((a, b, c, d))


def _findings(
    facts: _Facts, ticks: NDArray[np.int64], isolation: Isolation, limits: VideoLimits
) -> Findings:
    orientation = facts.orientation()
    turn = orientation or Orientation()
    stored = (int(facts.number("width", 1, 1 << 16)), int(facts.number("height", 1, 1 << 16)))
    if stored[0] * stored[1] > limits.max_pixels:
        raise errors.PictureTooLarge(limits.max_pixels)
    aspect = facts.number("aspect", 0, 1e9)
    shown = (max(round(stored[0] * aspect), 1), stored[1]) if 0.1 <= aspect <= 10 else stored
    tick_s, rate = facts.number("tick_s", 0, 1e9), facts.number("rate", 0, 1e9)
    pts_s, repaired = _times(facts, ticks, limits)
    step = frame_step(pts_s, rate)
    last = facts.number("last_duration", -(2.0**63), 2.0**63) * tick_s
    duration_s = float(pts_s[-1]) + (last if 0 < last <= 10 * step else step)
    if duration_s > limits.max_duration_s:
        raise errors.TooLong(max_duration_s=limits.max_duration_s, max_frames=limits.max_frames)
    start_s = 0.0 if ticks[0] == NO_PTS else float(ticks[0]) * tick_s
    notes = _notes(facts, slanted=orientation is None, repaired=repaired)
    safe = plays_in_browsers(
        container=facts.text("container"),
        codec=facts.text("codec"),
        tag=facts.text("tag"),
        pixel_format=facts.text("pix_fmt"),
        states_duration=bool(facts.values["stated_duration"]),
        start_s=start_s,
        regular=not (repaired or notes or turn.mirrored),
    )
    info = VideoInfo(
        pts_s=pts_s,
        duration_s=duration_s,
        fps=len(pts_s) / duration_s,
        width=shown[1] if turn.swap else shown[0],
        height=shown[0] if turn.swap else shown[1],
        stored_width=stored[1] if turn.swap else stored[0],
        stored_height=stored[0] if turn.swap else stored[1],
        rotation=turn.degrees,
        start_s=start_s,
        codec=facts.text("codec"),
        pixel_format=facts.text("pix_fmt"),
        container=facts.text("container"),
        browser_safe=safe,
        notes=notes,
    )
    return Findings(info, turn, isolation)


def _times(
    facts: _Facts, ticks: NDArray[np.int64], limits: VideoLimits
) -> tuple[NDArray[np.float64], bool]:
    tick_s, rate = facts.number("tick_s", 0, 1e9), facts.number("rate", 0, 1e9)
    even = constant_rate_times(ticks, tick_s, rate) if facts.text("container") == "avi" else None
    if even is not None:
        return even, False
    return display_times(ticks, tick_s, rate, max_gap_s=limits.max_duration_s)


def _notes(facts: _Facts, *, slanted: bool, repaired: bool) -> tuple[str, ...]:
    notes = []
    if slanted:
        notes.append("The video asks to be shown slanted; it is shown as it is stored.")
    if repaired:
        notes.append("The video's time stamps are irregular and were repaired.")
    if facts.number("video_streams", 1, 1 << 10) > 1:
        notes.append("The file holds several pictures or videos; the first video is used.")
    if facts.number("errors", 0, 1 << 32) > 0:
        notes.append("Parts of the video are damaged and were left out.")
    return tuple(notes)
