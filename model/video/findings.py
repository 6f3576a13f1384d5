"""Listening to a fresh decoding process until it has told what the file holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.errors import VideoError
from model.video import errors
from model.video.budget import Budget
from model.video.channel import DecoderProcess, Message
from model.video.claims import Claims, believed
from model.video.facts import Orientation, VideoInfo, VideoLimits
from model.video.sandbox import Isolation
from model.video.wire import MAX_TRACKS, Kind


@dataclass(frozen=True, slots=True)
class Findings:
    """The facts, how to turn the picture upright, and how well the process is locked in."""

    info: VideoInfo
    orientation: Orientation
    isolation: Isolation


def hear(process: DecoderProcess, container: str, limits: VideoLimits) -> Findings:
    """The facts that the process finds. Raises the `VideoError` that fits."""
    budget = Budget(limits.inspect_budget_s, stall_s=limits.stall_s)
    isolation = hear_isolation(process, budget)
    facts = process.read_json(_expected(process, Kind.FACTS, limits, budget), budget)
    times = _expected(process, Kind.TIMES, limits, budget)
    if times.length % 8 or not 0 < times.length <= 8 * limits.max_frames:
        raise errors.DecoderCrashed
    ticks = np.empty(times.length // 8, np.int64)
    process.read_array(ticks, budget)
    try:
        info, orientation = believed(Claims(facts), ticks, container, limits)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise errors.DecoderCrashed from error
    return Findings(info, orientation, isolation)


def hear_isolation(process: DecoderProcess, budget: Budget) -> Isolation:
    """The first thing a process says: how well it is locked in."""
    hello = process.receive(budget)
    if hello.kind is not Kind.HELLO:
        raise errors.DecoderCrashed
    values = process.read_json(hello, budget)
    full = values.get("level") == "full"
    return Isolation("full" if full else "reduced", str(values.get("reason", ""))[:200])


def hear_done(
    process: DecoderProcess, message: Message, limits: VideoLimits, budget: Budget
) -> bool:
    """Takes the message that ends a request: whether times had to be repaired after all.

    An error or anything else raises.
    """
    values = process.read_json(message, budget)
    if message.kind is Kind.ERROR:
        raise _named(values, limits)
    if message.kind is not Kind.DONE:
        raise errors.DecoderCrashed
    return values.get("repaired") is True


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
        case "too-many-tracks":
            return errors.TooManyTracks(MAX_TRACKS)
        case "too-much-memory":
            return errors.TooMuchMemory(limits.memory)
        case "unsupported-codec":
            detail = str(values.get("detail", ""))[:40]
            return errors.UnsupportedCodec("".join(c for c in detail if c.isalnum() or c in "-_"))
        case "no-video-stream":
            return errors.NoVideoStream()
        case "no-frames":
            return errors.NoFrames()
        case "encrypted":
            return errors.Encrypted()
        case "damaged":
            return errors.Damaged()
    return errors.DecoderCrashed()
