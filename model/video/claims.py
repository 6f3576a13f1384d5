"""What the decoding process claims about a file, checked before it is believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.video.browser import plays_in_browsers
from model.video.ending import Ending, end_s
from model.video.errors import PictureTooLarge, TooLong
from model.video.facts import Orientation, VideoInfo, VideoLimits, orientation_of
from model.video.repeats import repeated
from model.video.shape import is_disputed, pixel_aspect, shown_width
from model.video.timing import constant_rate_times, display_times, frame_step
from model.video.wire import NO_PTS

INCOMPLETE_S = 2.0  # announced but missing; sound may be a little longer than the picture

REPAIRED_TIMES = "The video's time stamps are irregular and were repaired."


@dataclass(frozen=True, slots=True)
class Claims:
    """Typed access to the child's facts; a missing, wrong or wild value raises ValueError."""

    values: dict[str, Any]

    def number(self, name: str, low: float, high: float) -> float:
        value = self.values.get(name)
        if not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"{name} is missing or out of range")
        return float(value)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or len(value) > 80:
            raise ValueError(f"{name} is missing or too long")
        return value

    def aspects(self) -> tuple[float, float]:
        """The shape of a pixel as the container and as the codec states it, 0 if unknown."""
        return self.number("aspect", 0, 1e9), self.number("codec_aspect", 0, 1e9)

    def ending(self, start_s: float) -> Ending:
        """What the file says of its end, its own times counted from the first picture."""
        last = self.number("last_duration", -(2.0**63), 2.0**63) * self.number("tick_s", 0, 1e9)
        return Ending(
            last_s=last,
            sound_s=max(self.number("sound_end_s", -1e15, 1e15) - start_s, 0.0),
            file_s=max(self.number("file_end_s", -1e15, 1e15) - start_s, 0.0),
            cut_off=bool(self.number("cut_off", 0, 1)),
        )

    def orientation(self) -> Orientation | None:
        a, b, c, d = (float(value) for value in self.values["matrix"])
        return orientation_of((a, b, c, d))


def believed(
    claims: Claims, ticks: NDArray[np.int64], container: str, limits: VideoLimits
) -> tuple[VideoInfo, Orientation]:
    """The facts that hold, and how to turn the picture upright.

    `ticks` int64 [frames] in display order. Raises `TooLong` or `PictureTooLarge`; ValueError if
    the claims make no sense.
    """
    orientation = claims.orientation()
    turn = orientation or Orientation()
    stored, shown = _sizes(claims, turn, limits)
    seen_s, repaired = _times(claims, ticks, container, limits)
    step_s = frame_step(seen_s, claims.number("rate", 0, 1e9))
    start_s = 0.0 if ticks[0] == NO_PTS else float(ticks[0]) * claims.number("tick_s", 0, 1e9)
    ending = claims.ending(start_s)
    duration_s = end_s(float(seen_s[-1]), step_s, ending, container, max_s=limits.max_duration_s)
    if duration_s > limits.max_duration_s:
        raise TooLong(max_duration_s=limits.max_duration_s, max_frames=limits.max_frames)
    pictures, pts_s = repeated(seen_s, duration_s, step_s, max_frames=limits.max_frames)
    notes = _notes(claims, duration_s, slanted=orientation is None, repaired=repaired)
    safe = plays_in_browsers(
        container=container,
        codec=claims.text("codec"),
        tag=claims.text("tag"),
        pixel_format=claims.text("pixel_format"),
        turned=turn != Orientation(),
        mirrored=turn.mirrored,
        odd=bool(notes) or _is_treated_differently(claims),
        start_s=start_s,
        stated_s=claims.number("stated_s", -1e15, 1e15),
    )
    info = VideoInfo(
        pts_s=pts_s,
        duration_s=duration_s,
        fps=len(pts_s) / duration_s,
        width=shown[0],
        height=shown[1],
        stored_width=stored[0],
        stored_height=stored[1],
        rotation=turn.degrees,
        start_s=start_s,
        codec=claims.text("codec"),
        pixel_format=claims.text("pixel_format"),
        container=container,
        browser_safe=safe,
        notes=notes,
        pictures=pictures,
    )
    return info, turn


def _sizes(
    claims: Claims, turn: Orientation, limits: VideoLimits
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Upright (width, height) in stored pixels, and as displayed."""
    width = int(claims.number("width", 1, 1 << 16))
    height = int(claims.number("height", 1, 1 << 16))
    if width * height > limits.max_pixels:
        raise PictureTooLarge(limits.max_pixels)
    shown = shown_width(width, pixel_aspect(claims.aspects()))
    if turn.swap:
        return (height, width), (height, shown)
    return (width, height), (shown, height)


def _is_treated_differently(claims: Claims) -> bool:
    """Whether players may show something else: hidden frames, shapes, HDR, interlaced pictures."""
    hidden, converted = claims.number("hidden", 0, 1 << 32), claims.number("converted", 0, 1)
    return hidden > 0 or converted > 0 or is_disputed(claims.aspects())


def _times(
    claims: Claims, ticks: NDArray[np.int64], container: str, limits: VideoLimits
) -> tuple[NDArray[np.float64], bool]:
    tick_s, rate = claims.number("tick_s", 0, 1e9), claims.number("rate", 0, 1e9)
    even = constant_rate_times(ticks, tick_s, rate) if container == "avi" else None
    if even is not None:
        return even, False
    return display_times(ticks, tick_s, rate, max_gap_s=limits.max_duration_s)


def _notes(claims: Claims, duration_s: float, *, slanted: bool, repaired: bool) -> tuple[str, ...]:
    notes = []
    stated_s = claims.number("stated_s", -1e15, 1e15)
    if duration_s + INCOMPLETE_S < stated_s < 1e6:
        notes.append(
            f"The file announces {stated_s:.0f} seconds, but holds pictures for {duration_s:.1f}."
        )
    if slanted:
        notes.append("The video asks to be shown slanted; it is shown as it is stored.")
    if repaired:
        notes.append(REPAIRED_TIMES)
    if claims.number("videos", 1, 1 << 10) > 1:
        notes.append("The file holds more than one video; the one that players show is used.")
    if claims.number("errors", 0, 1 << 32) > 0:
        notes.append("Parts of the video are damaged and were left out.")
    return tuple(notes)
